//! What a request to connect a website becomes.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::Deserialize;
use switchboard_api_types::{ChannelJson, ChannelMetadataJson};
use switchboard_domain::{ChannelId, Source, SourceChannelId};

/// The source of all rows.
pub(super) const SOURCE: &str = "chatplugin";

/// The name of all events.
pub(super) const EVENT: &str = "channel.updated";

#[derive(Deserialize)]
struct Connect {
    name: String,
}

/// A channel, with the same values in its columns that the hub puts there.
pub(super) struct Row {
    pub(super) id: ChannelId,
    pub(super) name: String,
    /// The answer, and the event's payload.
    pub(super) json: String,
    /// Milliseconds of the epoch.
    pub(super) now: i64,
}

impl Row {
    pub(super) fn of(request: &[u8]) -> anyhow::Result<Self> {
        let Connect { name } = serde_json::from_slice(request)?;
        let id = ChannelId::derive(&Source::named(SOURCE), &SourceChannelId::new(name.clone()));
        let json = serde_json::to_string(&ChannelJson {
            id: id.as_uuid(),
            source: Cow::Borrowed(SOURCE),
            source_channel_id: Cow::Borrowed(&name),
            metadata: ChannelMetadataJson {
                name: Cow::Borrowed(&name),
                image_url: None,
                notes: serde_json::Map::new(),
            },
            connected: true,
        })?;
        #[expect(
            clippy::disallowed_methods,
            reason = "a bare server has no clock of its own"
        )]
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        Ok(Self {
            id,
            name,
            json,
            now: i64::try_from(now.as_millis())?,
        })
    }
}
