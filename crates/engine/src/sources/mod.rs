//! Custom sources: programs of the company's own that speak for a kind of channel.

mod channels;
mod manage;
mod webhook;

pub use channels::{NewSourceChannel, SourceChannelError};
pub use manage::{SourceDetails, SourceError};
pub use webhook::WebhookError;

pub(crate) use webhook::read_webhook;

use switchboard_domain::Channel;

/// Where custom sources post what happened.
pub(crate) const WEBHOOK: &str = "/sources.webhook";

/// Marks the channels of custom sources, in what is remembered of them.
const FACTS: &str = r#"{"custom":true}"#;

/// Whether a channel belongs to a custom source.
pub(crate) fn is_custom(channel: &Channel) -> bool {
    channel.facts.as_str() == FACTS
}
