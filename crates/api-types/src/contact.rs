//! A contact as clients see it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use switchboard_domain::{Address, Contact};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::raw::raw_value;

/// An entry of the address book. What is not known is `null`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactJson<'a> {
    /// Derived from a conversation, or random for one that was made by hand.
    pub id: Uuid,
    /// What people call them.
    #[schema(example = "Ada Lovelace")]
    pub display_name: Option<&'a str>,
    /// A picture.
    pub avatar_url: Option<&'a str>,
    /// A title: `Dr.`
    pub title: Option<&'a str>,
    /// In their own words.
    pub gender: Option<&'a str>,
    /// Hours from UTC.
    pub timezone: Option<i32>,
    /// Their language and country: `de_DE`.
    pub locale: Option<&'a str>,
    /// The company they belong to.
    pub organization_name: Option<&'a str>,
    /// Other ways to reach them: `phone` to `+49157…`.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub via: Option<&'a BTreeMap<String, String>>,
    /// Where they live.
    pub address: Option<AddressJson<'a>>,
    /// The conversations they hold, each with its source.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub conversations: Option<BTreeMap<Uuid, &'a str>>,
    /// What is noted about them.
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<&'a RawValue>,
    /// When it was made, in milliseconds since 1970 began in UTC.
    #[schema(example = 1_603_661_094_560_i64)]
    pub created_at: i64,
    /// When it last changed, in milliseconds since 1970 began in UTC.
    pub updated_at: Option<i64>,
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Address)]
pub struct AddressJson<'a> {
    /// The company at that address.
    pub organization_name: Option<&'a str>,
    /// Street and number.
    pub address_line1: Option<&'a str>,
    /// What does not fit the first line.
    pub address_line2: Option<&'a str>,
    /// Postal code.
    pub postal_code: Option<&'a str>,
    /// City.
    pub city: Option<&'a str>,
    /// State or province.
    pub state: Option<&'a str>,
    /// Country.
    pub country: Option<&'a str>,
}

/// A contact, and what was merged into it.
#[derive(Clone, Debug, Serialize)]
pub struct MergedContactJson<'a> {
    /// The contact as it is now.
    #[serde(flatten)]
    pub contact: ContactJson<'a>,
    /// Every contact that was merged into it, as it was.
    pub merge_history: Vec<ContactJson<'a>>,
}

impl<'a> From<&'a Contact> for ContactJson<'a> {
    fn from(contact: &'a Contact) -> Self {
        let Contact {
            id,
            display_name,
            name_is_generated: _,
            avatar_url,
            title,
            gender,
            timezone,
            locale,
            organization_name,
            via,
            address,
            conversations,
            metadata,
            created_at,
            updated_at,
        } = contact;
        let conversations: BTreeMap<_, _> = conversations
            .iter()
            .map(|(id, source)| (id.as_uuid(), source.as_str()))
            .collect();
        Self {
            id: id.as_uuid(),
            display_name: display_name.as_deref(),
            avatar_url: avatar_url.as_deref(),
            title: title.as_deref(),
            gender: gender.as_deref(),
            timezone: *timezone,
            locale: locale.as_deref(),
            organization_name: organization_name.as_deref(),
            via: Some(via).filter(|via| !via.is_empty()),
            address: address.as_ref().map(AddressJson::from),
            conversations: Some(conversations).filter(|all| !all.is_empty()),
            metadata: metadata.as_ref().map(raw_value),
            created_at: created_at.as_millis(),
            updated_at: updated_at.map(switchboard_domain::Timestamp::as_millis),
        }
    }
}

impl<'a> From<&'a Address> for AddressJson<'a> {
    fn from(address: &'a Address) -> Self {
        let Address {
            organization_name,
            address_line1,
            address_line2,
            postal_code,
            city,
            state,
            country,
        } = address;
        Self {
            organization_name: organization_name.as_deref(),
            address_line1: address_line1.as_deref(),
            address_line2: address_line2.as_deref(),
            postal_code: postal_code.as_deref(),
            city: city.as_deref(),
            state: state.as_deref(),
            country: country.as_deref(),
        }
    }
}
