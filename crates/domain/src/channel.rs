//! One connected account.

use crate::{ChannelId, RawJson, Source, SourceChannelId, Timestamp, UpstreamKey};

/// An account of a provider that is, or was, connected to this hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Derived from `source` and `source_channel_id`; see [`ChannelId::derive`].
    pub id: ChannelId,
    /// The connector it belongs to.
    pub source: Source,
    /// The provider's own name of the account.
    pub source_channel_id: SourceChannelId,
    /// What people call it; never empty.
    pub name: String,
    /// A picture for people to recognise it by.
    pub image_url: Option<String>,
    /// Whether messages flow.
    pub connection: Connection,
    /// What disconnecting has to unsubscribe, if the provider has such a thing.
    pub upstream: Option<UpstreamKey>,
    /// What the connector wants to remember of the account, in its own JSON; never a secret, never
    /// shown.
    pub facts: RawJson,
    /// When it was first connected; kept when it is connected again.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Whether a channel carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// The provider accepted us and credentials are stored.
    Connected,
    /// Disconnected by a user; credentials are erased, history is kept.
    Disconnected,
}

impl Connection {
    /// Whether it is [`Connection::Connected`].
    pub const fn is_connected(self) -> bool {
        matches!(self, Self::Connected)
    }
}

/// Which channels to list; nothing set means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChannelFilter {
    /// Only channels of this source.
    pub source: Option<Source>,
    /// Only channels that are, or are not, connected.
    pub connected: Option<bool>,
}
