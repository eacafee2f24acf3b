//! The kinds of value that requests are made of.
//!
//! Numbers are taken for text, because Airy takes them. Blank text in an optional field is the same
//! as none, because forms send it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use switchboard_domain::Secret;
use url::Url;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Longest text, in characters: names and ids of every provider fit many times over.
const TEXT_LIMIT: usize = 1_000;
/// Longest token, in bytes. Meta's are under 300 and have no documented limit.
const TOKEN_LIMIT: usize = 8_192;
/// Longest web address, in bytes.
const URL_LIMIT: usize = 2_048;

/// Text with something in it: no surrounding white space, no control characters, at most 1,000
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Scalar)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(D::Error::custom("it must not be blank"));
        }
        if text.chars().count() > TEXT_LIMIT {
            return Err(D::Error::custom(format_args!(
                "it must be at most {TEXT_LIMIT} characters long"
            )));
        }
        if text.chars().any(char::is_control) {
            return Err(D::Error::custom("it must not contain control characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A token or key that a caller hands us.
#[derive(Clone, Debug)]
pub struct Token(Secret);

impl Token {
    /// The secret.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Scalar)?;
        let text = text.trim();
        if text.is_empty() {
            return Err(D::Error::custom("it must not be blank"));
        }
        if text.len() > TOKEN_LIMIT {
            return Err(D::Error::custom(format_args!(
                "it must be at most {TOKEN_LIMIT} bytes long"
            )));
        }
        if text.chars().any(char::is_control) {
            return Err(D::Error::custom("it must not contain control characters"));
        }
        Ok(Self(Secret::new(text)))
    }
}

/// The web address of a picture: absolute, `http` or `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageUrl(String);

impl ImageUrl {
    /// The address as it was given.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<'de> Deserialize<'de> for ImageUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Scalar)?;
        let text = text.trim();
        let is_web = Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web || text.chars().any(char::is_control) {
            return Err(D::Error::custom(
                "it must be a web address that starts with http:// or https://",
            ));
        }
        if text.len() > URL_LIMIT {
            return Err(D::Error::custom(format_args!(
                "it must be at most {URL_LIMIT} bytes long"
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A telephone number in E.164 form (ITU-T E.164: a plus sign and at most 15 digits, the first not
/// zero), after white space, dots, dashes and brackets are taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number, `+491234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Scalar)?;
        let number: String = text.chars().filter(|c| !is_filler(*c)).collect();
        let digits = number.strip_prefix('+').unwrap_or_default();
        let is_e164 = (2..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0');
        if !is_e164 {
            return Err(D::Error::custom(
                "it must be a phone number with the country code, like +491234567",
            ));
        }
        Ok(Self(number))
    }
}

/// What people write into phone numbers for the eye.
fn is_filler(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '.' | '-' | '(' | ')' | '[' | ']' | '\u{2010}'..='\u{2015}'
        )
}

/// For optional fields: blank text is the same as none.
pub fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let text = deserializer.deserialize_any(Scalar)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    T::deserialize(serde::de::value::StringDeserializer::<D::Error>::new(text)).map(Some)
}

/// Text, or a number taken for text.
struct Scalar;

impl Visitor<'_> for Scalar {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

impl PartialSchema for Text {
    fn schema() -> RefOr<Schema> {
        let length = Some(TEXT_LIMIT);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(length)
            .into()
    }
}

impl ToSchema for Text {}

impl PartialSchema for Token {
    fn schema() -> RefOr<Schema> {
        let password = SchemaFormat::KnownFormat(KnownFormat::Password);
        let length = Some(TOKEN_LIMIT);
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(password));
        object.min_length(Some(1)).max_length(length).into()
    }
}

impl ToSchema for Token {}

impl PartialSchema for ImageUrl {
    fn schema() -> RefOr<Schema> {
        let uri = SchemaFormat::Custom("uri".to_owned());
        let length = Some(URL_LIMIT);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(uri))
            .max_length(length)
            .into()
    }
}

impl ToSchema for ImageUrl {}

impl PartialSchema for PhoneNumber {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}

impl ToSchema for PhoneNumber {}
