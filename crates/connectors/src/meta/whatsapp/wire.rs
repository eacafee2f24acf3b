//! The Cloud API's words for a phone number.

use serde::Deserialize;

use super::super::wire::id;

/// What is asked of a number.
pub(crate) const FIELDS: &str =
    "id,display_phone_number,verified_name,quality_rating,name_status,code_verification_status";

/// A phone number of a WhatsApp business account.
#[derive(Debug, Deserialize)]
pub(crate) struct PhoneNumber {
    #[serde(deserialize_with = "id")]
    pub(crate) id: String,
    #[serde(default, rename = "display_phone_number")]
    pub(crate) display: Option<String>,
    #[serde(default)]
    pub(crate) verified_name: Option<String>,
}
