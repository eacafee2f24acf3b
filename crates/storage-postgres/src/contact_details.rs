//! The parts of a contact that nobody searches, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use switchboard_domain::{Address, Contact, ContactId, ConversationId, RawJson, Source, Timestamp};
use uuid::Uuid;

/// What lies in `contacts.details`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    via: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Place>,
}

/// A postal address.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    organization_name: Option<String>,
    address_line1: Option<String>,
    address_line2: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
}

/// A whole contact, as it lies in `merges`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Whole {
    id: Uuid,
    display_name: Option<String>,
    name_is_generated: bool,
    details: Details,
    conversations: BTreeMap<Uuid, String>,
    metadata: Option<String>,
    created_at: i64,
    updated_at: Option<i64>,
}

impl Details {
    fn of(contact: &Contact) -> Self {
        Self {
            avatar_url: contact.avatar_url.clone(),
            title: contact.title.clone(),
            gender: contact.gender.clone(),
            timezone: contact.timezone,
            locale: contact.locale.clone(),
            organization_name: contact.organization_name.clone(),
            via: contact.via.clone(),
            address: contact.address.as_ref().map(Place::of),
        }
    }

    pub(crate) fn read(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// A contact with these details, and without what has columns of its own.
    pub(crate) fn contact(
        self,
        id: ContactId,
        created_at: Timestamp,
        conversations: BTreeMap<ConversationId, Source>,
    ) -> Contact {
        Contact {
            id,
            display_name: None,
            name_is_generated: false,
            avatar_url: self.avatar_url,
            title: self.title,
            gender: self.gender,
            timezone: self.timezone,
            locale: self.locale,
            organization_name: self.organization_name,
            via: self.via,
            address: self.address.map(Place::address),
            conversations,
            metadata: None,
            created_at,
            updated_at: None,
        }
    }
}

impl Place {
    fn of(address: &Address) -> Self {
        let Address {
            organization_name,
            address_line1,
            address_line2,
            postal_code,
            city,
            state,
            country,
        } = address.clone();
        Self {
            organization_name,
            address_line1,
            address_line2,
            postal_code,
            city,
            state,
            country,
        }
    }

    fn address(self) -> Address {
        Address {
            organization_name: self.organization_name,
            address_line1: self.address_line1,
            address_line2: self.address_line2,
            postal_code: self.postal_code,
            city: self.city,
            state: self.state,
            country: self.country,
        }
    }
}

impl Whole {
    fn of(contact: &Contact) -> Self {
        Self {
            id: contact.id.as_uuid(),
            display_name: contact.display_name.clone(),
            name_is_generated: contact.name_is_generated,
            details: Details::of(contact),
            conversations: contact
                .conversations
                .iter()
                .map(|(id, source)| (id.as_uuid(), source.as_str().to_owned()))
                .collect(),
            metadata: contact
                .metadata
                .as_ref()
                .map(|json| json.as_str().to_owned()),
            created_at: contact.created_at.as_millis(),
            updated_at: contact.updated_at.map(Timestamp::as_millis),
        }
    }

    fn contact(self) -> Contact {
        let conversations = self
            .conversations
            .into_iter()
            .map(|(id, source)| (ConversationId::from_uuid(id), Source::new(source)))
            .collect();
        let mut contact = self.details.contact(
            ContactId::from_uuid(self.id),
            Timestamp::from_millis(self.created_at),
            conversations,
        );
        contact.display_name = self.display_name;
        contact.name_is_generated = self.name_is_generated;
        contact.metadata = self.metadata.map(RawJson::from_checked);
        contact.updated_at = self.updated_at.map(Timestamp::from_millis);
        contact
    }
}

/// What lies in `contacts.details`, for a contact.
pub(crate) fn written(contact: &Contact) -> String {
    json(&Details::of(contact))
}

/// A whole contact as JSON.
pub(crate) fn whole(contact: &Contact) -> String {
    json(&Whole::of(contact))
}

/// The contact behind [`whole`].
pub(crate) fn read_whole(json: &str) -> Result<Contact, serde_json::Error> {
    serde_json::from_str(json).map(Whole::contact)
}

#[expect(
    clippy::expect_used,
    reason = "texts, numbers and maps with texts as keys are always JSON"
)]
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("these values have a form in JSON")
}
