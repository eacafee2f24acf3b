//! What SMS and WhatsApp over Twilio share: one account, its REST API and its errors, and the webhook at
//! which both arrive.

mod error;
mod form;
mod inbound;
mod media;
mod rest;
mod signed;
pub(crate) mod sms;
mod status;
mod webhook;
pub(crate) mod whatsapp;

use switchboard_connector::{Section, Setting};

/// The Twilio account.
static SECTION: Section = Section {
    name: "twilio",
    settings: &[
        Setting {
            key: "account_sid",
            default: None,
            secret: false,
            meaning: "SID of the Twilio account, `AC…`.",
        },
        Setting {
            key: "auth_token",
            default: None,
            secret: true,
            meaning: "Primary auth token of the Twilio account; signs webhooks too.",
        },
        Setting {
            key: "api_url",
            default: Some("https://api.twilio.com"),
            secret: false,
            meaning: "Where Twilio's API of accounts and numbers is.",
        },
        Setting {
            key: "messaging_url",
            default: Some("https://messaging.twilio.com"),
            secret: false,
            meaning: "Where Twilio's API of WhatsApp senders is.",
        },
    ],
    fallback: None,
};
