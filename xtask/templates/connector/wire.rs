//! What Newcomer says, in its own words.

use serde::Deserialize;
use serde_json::value::RawValue;

/// An account, as the provider describes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What one call of the provider brings. Each message is read for itself, so that one that cannot be
/// read does not cost the others.
#[derive(Debug, Deserialize)]
pub(crate) struct Brought<'a> {
    pub(crate) account_id: String,
    #[serde(borrow)]
    pub(crate) messages: Vec<&'a RawValue>,
}

/// What a person wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) text: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) sent_at: Option<i64>,
}
