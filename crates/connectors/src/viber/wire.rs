//! Viber's words for accounts and webhooks.

use serde::Deserialize;

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
