//! What Viber knows: one bot account.

use std::fmt;

use serde::Serialize;

/// What Viber knows when the sandbox starts.
#[derive(Clone)]
pub struct ViberWorld {
    /// The account's token: credential of the calls, key of the signatures.
    pub auth_token: String,
    /// `pa:` and a number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its address on viber.com.
    pub uri: String,
    /// The address of its icon.
    pub icon: String,
    /// How many people subscribed to it.
    pub subscribers_count: u64,
    /// Whether Viber blocked it.
    pub blocked: bool,
    /// Where its events go.
    pub webhook: Option<Webhook>,
}

impl fmt::Debug for ViberWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViberWorld")
            .field("id", &self.id)
            .field("webhook", &self.webhook)
            .finish_non_exhaustive()
    }
}

/// Where the events of an account go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The events it gets.
    pub event_types: Vec<String>,
    /// Whether events tell the person's name.
    pub send_name: bool,
    /// Whether events show the person's picture.
    pub send_photo: bool,
}

impl ViberWorld {
    /// A bot without webhook.
    pub fn sample() -> Self {
        Self {
            auth_token: "4453b6ac12345678-e02c5f12174805f9-daec9cbb5448c51f".to_owned(),
            id: "pa:75346594275468546724".to_owned(),
            name: "Jaspers Bot".to_owned(),
            uri: "jaspersbot".to_owned(),
            icon: "https://example.org/viber-icon.png".to_owned(),
            subscribers_count: 35,
            blocked: false,
            webhook: None,
        }
    }
}
