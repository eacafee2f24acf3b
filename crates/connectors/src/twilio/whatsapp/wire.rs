//! Twilio's words for a WhatsApp sender.

use serde::{Deserialize, Serialize};

use super::super::rest::Listed;

/// One page of the account's senders.
#[derive(Debug, Deserialize)]
pub(crate) struct Senders {
    senders: Vec<Sender>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    /// An absolute address.
    #[serde(default)]
    next_page_url: Option<String>,
}

impl Listed for Senders {
    type Item = Sender;

    fn into_parts(self) -> (Vec<Sender>, Option<String>) {
        (self.senders, self.meta.next_page_url)
    }
}

/// A WhatsApp sender.
#[derive(Debug, Deserialize)]
pub(crate) struct Sender {
    pub(crate) sid: String,
    /// `whatsapp:+1555…`.
    #[serde(default, rename = "sender_id")]
    pub(crate) address: String,
    #[serde(default)]
    pub(crate) webhook: Option<Webhook>,
    #[serde(default)]
    pub(crate) profile: Option<Profile>,
}

/// What people see of a sender.
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// Where a sender's messages and receipts go.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Webhook {
    #[serde(default)]
    pub(crate) callback_url: Option<String>,
    #[serde(default)]
    pub(crate) callback_method: Option<String>,
    #[serde(default)]
    pub(crate) status_callback_url: Option<String>,
    #[serde(default)]
    pub(crate) status_callback_method: Option<String>,
}

/// The body of an update. An empty address ends the calls; a method that was never set stays so.
#[derive(Debug, Serialize)]
pub(crate) struct Update<'a> {
    pub(crate) webhook: WebhookUpdate<'a>,
}

#[derive(Debug, Serialize)]
pub(crate) struct WebhookUpdate<'a> {
    callback_url: &'a str,
    callback_method: Option<&'a str>,
    status_callback_url: &'a str,
    status_callback_method: Option<&'a str>,
}

impl<'a> From<&'a Webhook> for Update<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            webhook: WebhookUpdate {
                callback_url: webhook.callback_url.as_deref().unwrap_or_default(),
                callback_method: webhook.callback_method.as_deref(),
                status_callback_url: webhook.status_callback_url.as_deref().unwrap_or_default(),
                status_callback_method: webhook.status_callback_method.as_deref(),
            },
        }
    }
}
