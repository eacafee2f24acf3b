//! Viber's words for accounts, webhooks and what they are told.

use serde::Deserialize;
use serde_json::value::RawValue;

/// What every answer has; HTTP is 200 for errors too.
#[derive(Debug, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) status: i64,
    #[serde(default)]
    pub(crate) status_message: Option<String>,
}

/// The answer of `get_account_info`.
#[derive(Debug, Deserialize)]
pub(crate) struct AccountInfo {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) icon: Option<String>,
    #[serde(default)]
    pub(crate) webhook: Option<String>,
}

/// A call-back. Which fields it has depends on `event`; each is read for itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Callback<'a> {
    #[serde(borrow, default)]
    pub(crate) event: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) timestamp: Option<&'a RawValue>,
    /// A number beyond what a double can hold: its digits are kept.
    #[serde(borrow, default)]
    pub(crate) message_token: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) sender: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) user: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) user_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) desc: Option<&'a RawValue>,
}

/// A person.
#[derive(Debug, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) avatar: Option<String>,
}

/// What a person wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    #[serde(default, rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) media: Option<String>,
    #[serde(default)]
    pub(crate) thumbnail: Option<String>,
}
