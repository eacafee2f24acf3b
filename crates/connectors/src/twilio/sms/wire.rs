//! Twilio's words for a phone number of an account.

use serde::{Deserialize, Serialize};

use super::super::rest::Listed;

/// One page of the account's numbers.
#[derive(Debug, Deserialize)]
pub(crate) struct Numbers {
    incoming_phone_numbers: Vec<Number>,
    /// A path.
    #[serde(default)]
    next_page_uri: Option<String>,
}

impl Listed for Numbers {
    type Item = Number;

    fn into_parts(self) -> (Vec<Number>, Option<String>) {
        (self.incoming_phone_numbers, self.next_page_uri)
    }
}

/// A phone number.
#[derive(Debug, Deserialize)]
pub(crate) struct Number {
    pub(crate) sid: String,
    #[serde(rename = "phone_number")]
    pub(crate) e164: String,
    #[serde(default)]
    pub(crate) friendly_name: Option<String>,
    #[serde(default)]
    pub(crate) capabilities: Capabilities,
    #[serde(flatten)]
    pub(crate) inbound: Inbound,
}

/// What a number can do, as far as Twilio tells.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Capabilities {
    // Twilio writes the key in capitals in some answers.
    #[serde(default, alias = "SMS")]
    pub(crate) sms: Option<bool>,
}

/// Where a number's messages go.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Inbound {
    #[serde(default, rename = "sms_url")]
    pub(crate) url: Option<String>,
    #[serde(default, rename = "sms_method")]
    pub(crate) method: Option<String>,
    /// An application, if there is one, overrides the address.
    #[serde(default, rename = "sms_application_sid")]
    pub(crate) application_sid: Option<String>,
}

/// Nowhere.
impl Default for Inbound {
    fn default() -> Self {
        Self {
            url: None,
            method: Some("POST".to_owned()),
            application_sid: None,
        }
    }
}

impl Inbound {
    /// The address that really gets the messages; `None` if it is an application's.
    pub(crate) fn address(&self) -> Option<&str> {
        let application = self.application_sid.as_deref().unwrap_or_default();
        self.url.as_deref().filter(|_| application.is_empty())
    }

    /// The form that makes a number's messages go there.
    pub(crate) fn form(&self) -> Vec<(&'static str, String)> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let method = self.method.clone().filter(|method| !method.is_empty());
        vec![
            ("SmsUrl", text(&self.url)),
            ("SmsMethod", method.unwrap_or_else(|| "POST".to_owned())),
            ("SmsApplicationSid", text(&self.application_sid)),
        ]
    }
}
