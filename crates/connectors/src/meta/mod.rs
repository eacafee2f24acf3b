//! What Facebook, Instagram and WhatsApp share: Meta's Graph API.

mod address;
pub(crate) mod facebook;
mod graph;
mod graph_error;
mod handshake;
pub(crate) mod instagram;
mod messaging;
mod page;
mod signed;
mod token;
pub(crate) mod whatsapp;
mod wire;

use switchboard_connector::{Section, Setting};
use switchboard_domain::MessageId;

/// What every Meta app has; the sections of the sources repeat it.
static SETTINGS: &[Setting] = &[
    Setting {
        key: "app_id",
        default: None,
        secret: false,
        meaning: "Id of the Meta app, from its dashboard.",
    },
    Setting {
        key: "app_secret",
        default: None,
        secret: true,
        meaning: "Secret of the Meta app, from its dashboard; signs calls and webhooks.",
    },
    Setting {
        key: "webhook_secret",
        default: None,
        secret: true,
        meaning: "Verify token of the webhook: any text, the same here and in the app's dashboard.",
    },
    Setting {
        key: "api_url",
        default: Some("https://graph.facebook.com"),
        secret: false,
        meaning: "Where the Graph API is.",
    },
    Setting {
        key: "api_version",
        // Alive until 2028-07-29 (developers.facebook.com/docs/graph-api/changelog, read 2026-11-22).
        default: Some("v25.0"),
        secret: false,
        meaning: "Version of the Graph API.",
    },
];

/// Facebook pages, and the Instagram accounts behind them.
static PAGES: Section = Section {
    name: "facebook",
    settings: SETTINGS,
    fallback: None,
};

/// WhatsApp numbers, which may belong to another Meta app.
static NUMBERS: Section = Section {
    name: "whatsapp",
    settings: SETTINGS,
    fallback: Some(&PAGES),
};

/// The message of ours whose id was sent along, in what Meta calls `metadata` or
/// `biz_opaque_callback_data`.
pub(crate) fn our_message(sent_along: &str) -> Option<MessageId> {
    let id = sent_along
        .strip_prefix("switchboard:")
        .or_else(|| sent_along.strip_prefix("airy:"))?;
    id.parse().ok()
}
