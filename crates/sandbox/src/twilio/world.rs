//! What Twilio knows: one account, its numbers and its WhatsApp senders.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// What Twilio knows when the sandbox starts.
#[derive(Clone, Debug)]
pub struct TwilioWorld {
    /// The account.
    pub account: Account,
    /// Its numbers, by the number in E.164.
    pub numbers: BTreeMap<String, NumberState>,
    /// Its WhatsApp senders, by `whatsapp:` and the number.
    pub senders: BTreeMap<String, SenderState>,
}

/// An account.
#[derive(Clone)]
pub struct Account {
    /// `AC…`.
    pub sid: String,
    /// The auth token: password of the calls, key of the signatures.
    pub auth_token: String,
    /// Its name.
    pub friendly_name: String,
    /// `active`, `suspended` or `closed`.
    pub status: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A phone number of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NumberState {
    /// `PN…`.
    pub sid: String,
    /// Its name.
    pub friendly_name: String,
    /// Where inbound messages go.
    pub sms_url: String,
    /// How: `POST` or `GET`.
    pub sms_method: String,
    /// Where they go if that fails.
    pub sms_fallback_url: String,
    /// How: `POST` or `GET`.
    pub sms_fallback_method: String,
    /// An application whose address wins over `sms_url`.
    pub sms_application_sid: String,
    /// Where the progress of calls goes.
    pub status_callback: String,
    /// How: `POST` or `GET`.
    pub status_callback_method: String,
}

impl NumberState {
    /// A number whose messages go nowhere.
    pub fn new(sid: impl Into<String>, friendly_name: impl Into<String>) -> Self {
        let post = || "POST".to_owned();
        Self {
            sid: sid.into(),
            friendly_name: friendly_name.into(),
            sms_method: post(),
            sms_fallback_method: post(),
            status_callback_method: post(),
            ..Self::default()
        }
    }
}

/// A WhatsApp sender of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SenderState {
    /// `XE…`.
    pub sid: String,
    /// The name of its profile.
    pub name: String,
    /// `ONLINE`, `OFFLINE` …
    pub status: String,
    /// Where its messages go.
    pub webhook: SenderWebhook,
}

/// Where the messages of a WhatsApp sender go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SenderWebhook {
    /// Inbound messages.
    pub callback_url: Option<String>,
    /// `POST` or `PUT`.
    pub callback_method: Option<String>,
    /// Inbound messages, if that fails.
    pub fallback_url: Option<String>,
    /// `POST` or `PUT`.
    pub fallback_method: Option<String>,
    /// Receipts.
    pub status_callback_url: Option<String>,
    /// `POST` or `PUT`.
    pub status_callback_method: Option<String>,
}

impl TwilioWorld {
    /// The account without numbers.
    pub fn empty() -> Self {
        Self {
            account: Account {
                sid: "AC00000000000000000000000000000042".to_owned(),
                auth_token: "0123456789abcdef0123456789abcdef".to_owned(),
                friendly_name: "Hub".to_owned(),
                status: "active".to_owned(),
            },
            numbers: BTreeMap::new(),
            senders: BTreeMap::new(),
        }
    }

    /// The number of the printed sample requests, as SMS number and as WhatsApp sender, and others.
    pub fn sample() -> Self {
        let receipts = NumberState {
            sms_url: "https://legacy.example.com/sms".to_owned(),
            sms_method: "GET".to_owned(),
            ..NumberState::new("PN00000000000000000000000000000001", "Receipts")
        };
        let studio = NumberState {
            sms_application_sid: "AP00000000000000000000000000000007".to_owned(),
            ..NumberState::new("PN00000000000000000000000000000002", "(555) 078-3881")
        };
        let spare = NumberState::new("PN00000000000000000000000000000003", "Spare");
        let sender = |digit: u8, name: &str| SenderState {
            sid: format!("XE0000000000000000000000000000000{digit}"),
            name: name.to_owned(),
            status: "ONLINE".to_owned(),
            webhook: SenderWebhook::default(),
        };
        let mut marketing = sender(1, "WhatsApp Marketing");
        marketing.webhook.callback_url = Some("https://legacy.example.com/whatsapp".to_owned());
        marketing.webhook.callback_method = Some("POST".to_owned());
        Self {
            numbers: [
                ("+491234567".to_owned(), receipts),
                ("+15550783881".to_owned(), studio),
                ("+4915123456789".to_owned(), spare),
            ]
            .into(),
            senders: [
                ("whatsapp:+491234567".to_owned(), marketing),
                (
                    "whatsapp:+15550783881".to_owned(),
                    sender(2, "Jaspers Market"),
                ),
            ]
            .into(),
            ..Self::empty()
        }
    }
}
