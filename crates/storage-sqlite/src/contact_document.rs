//! What is kept of a contact as a document, because nothing is found by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use switchboard_domain::{Address, Contact, ContactId, ConversationId, RawJson, Source, Timestamp};
use uuid::Uuid;

/// A contact without its id, name and conversations, which have columns of their own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ContactDocument {
    #[serde(default, skip_serializing_if = "is_false")]
    name_is_generated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timezone: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization_name: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    via: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<AddressDocument>,
    /// JSON as text, so that it comes back letter by letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
    created_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AddressDocument {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address_line1: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address_line2: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
}

/// A whole contact, as it was when it was merged.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WholeContact {
    id: Uuid,
    display_name: Option<String>,
    conversations: BTreeMap<Uuid, String>,
    #[serde(flatten)]
    rest: ContactDocument,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes every field by reference"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl ContactDocument {
    pub(crate) fn of(contact: &Contact) -> Self {
        let contact = contact.clone();
        Self {
            name_is_generated: contact.name_is_generated,
            avatar_url: contact.avatar_url,
            title: contact.title,
            gender: contact.gender,
            timezone: contact.timezone,
            locale: contact.locale,
            organization_name: contact.organization_name,
            via: contact.via,
            address: contact.address.map(AddressDocument::of),
            metadata: contact.metadata.map(|json| json.as_str().to_owned()),
            created_at: contact.created_at.as_millis(),
            updated_at: contact.updated_at.map(Timestamp::as_millis),
        }
    }

    pub(crate) fn contact(
        self,
        id: ContactId,
        display_name: Option<String>,
        conversations: BTreeMap<ConversationId, Source>,
    ) -> Contact {
        Contact {
            id,
            display_name,
            conversations,
            name_is_generated: self.name_is_generated,
            avatar_url: self.avatar_url,
            title: self.title,
            gender: self.gender,
            timezone: self.timezone,
            locale: self.locale,
            organization_name: self.organization_name,
            via: self.via,
            address: self.address.map(AddressDocument::address),
            metadata: self.metadata.map(RawJson::from_checked),
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: self.updated_at.map(Timestamp::from_millis),
        }
    }
}

impl AddressDocument {
    fn of(address: Address) -> Self {
        Self {
            organization_name: address.organization_name,
            address_line1: address.address_line1,
            address_line2: address.address_line2,
            postal_code: address.postal_code,
            city: address.city,
            state: address.state,
            country: address.country,
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

impl WholeContact {
    pub(crate) fn of(contact: &Contact) -> Self {
        Self {
            id: contact.id.as_uuid(),
            display_name: contact.display_name.clone(),
            conversations: contact
                .conversations
                .iter()
                .map(|(id, source)| (id.as_uuid(), source.to_string()))
                .collect(),
            rest: ContactDocument::of(contact),
        }
    }

    pub(crate) fn contact(self) -> Contact {
        let conversations = self
            .conversations
            .into_iter()
            .map(|(id, source)| (ConversationId::from_uuid(id), Source::new(source)))
            .collect();
        self.rest.contact(
            ContactId::from_uuid(self.id),
            self.display_name,
            conversations,
        )
    }
}
