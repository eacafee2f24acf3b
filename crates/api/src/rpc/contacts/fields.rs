//! What requests say of a contact.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::{Map, Value};
use switchboard_connector::RequestBody;
use switchboard_connector::request::{self, InvalidRequest};
use switchboard_domain::{ConversationId, Source};
use switchboard_engine::contacts::{AddressChanges, Change, ContactChanges};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What is known of a contact. Blank text is the same as knowing nothing.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ContactFields {
    /// What people call them.
    #[schema(inline)]
    display_name: Option<Line>,
    /// A picture.
    #[schema(inline)]
    avatar_url: Option<Line>,
    /// A title: `Dr.`
    #[schema(inline)]
    title: Option<Line>,
    /// In their own words.
    #[schema(inline)]
    gender: Option<Line>,
    /// Hours from UTC.
    #[schema(inline)]
    timezone: Option<Hours>,
    /// Their language and country: `de_DE`.
    #[schema(inline)]
    locale: Option<Line>,
    /// The company they belong to.
    #[schema(inline)]
    organization_name: Option<Line>,
    /// Other ways to reach them, by whatever they are called: `phone`.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    via: BTreeMap<String, Option<Line>>,
    /// Where they live.
    #[schema(inline)]
    address: Option<AddressFields>,
    /// The conversations they hold, each with its source. One that another contact holds leaves that
    /// one.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    conversations: BTreeMap<String, Option<Line>>,
    /// What is noted about them.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

impl RequestBody for ContactFields {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("displayName", "display_name"),
        ("avatarUrl", "avatar_url"),
        ("organizationName", "organization_name"),
    ];
}

/// A postal address.
#[derive(Debug, Deserialize, ToSchema)]
struct AddressFields {
    /// The company at that address.
    #[serde(alias = "organizationName")]
    #[schema(inline)]
    organization_name: Option<Line>,
    /// Street and number.
    #[serde(alias = "addressLine1")]
    #[schema(inline)]
    address_line1: Option<Line>,
    /// What does not fit the first line.
    #[serde(alias = "addressLine2")]
    #[schema(inline)]
    address_line2: Option<Line>,
    /// Postal code.
    #[serde(alias = "postalCode")]
    #[schema(inline)]
    postal_code: Option<Line>,
    /// City.
    #[schema(inline)]
    city: Option<Line>,
    /// State or province.
    #[schema(inline)]
    state: Option<Line>,
    /// Country.
    #[schema(inline)]
    country: Option<Line>,
}

/// Reads what a body says of a contact.
pub(super) fn read(mut body: Value) -> Result<ContactChanges, InvalidRequest> {
    let mut is_blank = |name: &str| match body.get_mut(name) {
        Some(value) if value.as_str().is_some_and(|text| text.trim().is_empty()) => {
            *value = Value::Null;
            true
        }
        _ => false,
    };
    let no_address = is_blank("address");
    let no_metadata = is_blank("metadata");
    is_blank("via");
    is_blank("conversations");
    let fields: ContactFields = request::parse(body)?;
    let mut changes = fields.changes()?;
    if no_address {
        changes.address = Change::Remove;
    }
    if no_metadata {
        changes.metadata = Change::Remove;
    }
    Ok(changes)
}

impl ContactFields {
    fn changes(self) -> Result<ContactChanges, InvalidRequest> {
        let via = self.via.into_iter().map(|(key, line)| {
            if key.chars().any(char::is_control) {
                let problem =
                    "The field via is wrong: its keys must not contain control characters.";
                return Err(InvalidRequest::field("via", problem));
            }
            Ok((key, change(line)))
        });
        Ok(ContactChanges {
            display_name: change(self.display_name),
            avatar_url: change(self.avatar_url),
            title: change(self.title),
            gender: change(self.gender),
            timezone: match self.timezone {
                None => Change::Keep,
                Some(Hours(None)) => Change::Remove,
                Some(Hours(Some(hours))) => Change::Set(hours),
            },
            locale: change(self.locale),
            organization_name: change(self.organization_name),
            via: via.collect::<Result<_, _>>()?,
            address: self
                .address
                .map_or(Change::Keep, |address| Change::Set(address.changes())),
            conversations: self
                .conversations
                .into_iter()
                .map(|(id, source)| Ok((conversation(&id)?, source_of(source))))
                .collect::<Result<_, _>>()?,
            metadata: self.metadata.map_or(Change::Keep, Change::Set),
        })
    }
}

impl AddressFields {
    fn changes(self) -> AddressChanges {
        AddressChanges {
            organization_name: change(self.organization_name),
            address_line1: change(self.address_line1),
            address_line2: change(self.address_line2),
            postal_code: change(self.postal_code),
            city: change(self.city),
            state: change(self.state),
            country: change(self.country),
        }
    }
}

fn change(line: Option<Line>) -> Change<String> {
    match line {
        None => Change::Keep,
        Some(Line(text)) if text.is_empty() => Change::Remove,
        Some(Line(text)) => Change::Set(text),
    }
}

fn source_of(line: Option<Line>) -> Change<Source> {
    match change(line) {
        Change::Keep => Change::Keep,
        Change::Remove => Change::Remove,
        Change::Set(source) => Change::Set(Source::new(source)),
    }
}

fn conversation(id: &str) -> Result<ConversationId, InvalidRequest> {
    id.parse().map_err(|_no_id| {
        InvalidRequest::field(
            "conversations",
            "The field conversations is wrong: its keys must be UUIDs, as conversations.list shows \
             them.",
        )
    })
}

/// Text of any kind, perhaps none; scalars are taken for text, as Airy takes them.
#[derive(Debug)]
struct Line(String);

impl Line {
    /// Longest text, in characters.
    const LONGEST: usize = 2_048;
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Scalar)?;
        let text = text.trim();
        if text.chars().count() > Self::LONGEST {
            return Err(D::Error::custom("it must be at most 2,048 characters long"));
        }
        let is_wrong = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if text.chars().any(is_wrong) {
            return Err(D::Error::custom("it must not contain control characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl PartialSchema for Line {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(Self::LONGEST))
            .into()
    }
}

impl ToSchema for Line {}

/// Hours, or blank text.
#[derive(Debug)]
struct Hours(Option<i32>);

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Scalar)?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(None));
        }
        text.parse()
            .map(|hours| Self(Some(hours)))
            .map_err(|_no_number| D::Error::custom("it must be a whole number"))
    }
}

impl PartialSchema for Hours {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).into()
    }
}

impl ToSchema for Hours {}

struct Scalar;

impl Visitor<'_> for Scalar {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<String, E> {
        Ok(truth.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }
}
