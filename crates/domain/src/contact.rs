//! The address book.

use std::collections::BTreeMap;

use crate::{ContactId, ConversationId, RawJson, Source, Timestamp};

/// An entry of the address book: a person, with the conversations they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Derived from a conversation, or random for one that a user has made.
    pub id: ContactId,
    /// What people call them.
    pub display_name: Option<String>,
    /// Whether `display_name` is the one the hub made up, so that a better one may replace it.
    pub name_is_generated: bool,
    /// A picture.
    pub avatar_url: Option<String>,
    /// `Dr.`
    pub title: Option<String>,
    /// In their own words.
    pub gender: Option<String>,
    /// Hours from UTC.
    pub timezone: Option<i32>,
    /// `de_DE`
    pub locale: Option<String>,
    /// The company they belong to.
    pub organization_name: Option<String>,
    /// Other ways to reach them: `phone` to `+49…`.
    pub via: BTreeMap<String, String>,
    /// Where they live.
    pub address: Option<Address>,
    /// The conversations they hold, each with its source.
    pub conversations: BTreeMap<ConversationId, Source>,
    /// What users have noted, an object.
    pub metadata: Option<RawJson>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The company at that address.
    pub organization_name: Option<String>,
    /// Street and number.
    pub address_line1: Option<String>,
    /// What does not fit the first line.
    pub address_line2: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// Where a contact stands in the list: by name, byte by byte, those without one last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPlace {
    /// What people call them.
    pub display_name: Option<String>,
    /// Decides among equals.
    pub id: ContactId,
}

/// A contact that was merged into another, as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// What was merged and is no more; its conversations are those it brought along.
    pub source: Contact,
    /// What it was merged into, as it was before.
    pub destination: Contact,
    /// When.
    pub merged_at: Timestamp,
}
