//! A channel as clients see it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_domain::{Channel, MetadataRecord, RawJson};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::metadata::nested;

/// A connected account of a provider, or one that was connected once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelJson<'a> {
    /// Derived from source and account: connecting the same account again gives the same id.
    pub id: Uuid,
    /// The source the account belongs to.
    #[schema(value_type = String, example = "facebook")]
    pub source: Cow<'a, str>,
    /// The provider's own name of the account.
    #[schema(value_type = String, example = "fb-page-id-1")]
    pub source_channel_id: Cow<'a, str>,
    /// What people see of it.
    pub metadata: ChannelMetadataJson<'a>,
    /// Whether messages flow.
    pub connected: bool,
}

/// What people see of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChannelMetadata)]
pub struct ChannelMetadataJson<'a> {
    /// Its name; always there.
    #[schema(value_type = String, example = "my page 1")]
    pub name: Cow<'a, str>,
    /// Its picture; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, nullable = false, example = "http://example.org/avatar.jpeg")]
    pub image_url: Option<Cow<'a, str>>,
    /// What else is noted about it, `user_data` for example.
    #[serde(flatten)]
    pub notes: Map<String, Value>,
}

impl<'a> From<&'a Channel> for ChannelJson<'a> {
    fn from(channel: &'a Channel) -> Self {
        let Channel {
            id,
            source,
            source_channel_id,
            name,
            image_url,
            connection,
            upstream: _,
            facts: _,
            created_at: _,
            updated_at: _,
        } = channel;
        Self {
            id: id.as_uuid(),
            source: Cow::Borrowed(source.as_str()),
            source_channel_id: Cow::Borrowed(source_channel_id.as_str()),
            metadata: ChannelMetadataJson {
                name: Cow::Borrowed(name),
                image_url: image_url.as_deref().map(Cow::Borrowed),
                notes: Map::new(),
            },
            connected: connection.is_connected(),
        }
    }
}

impl ChannelJson<'_> {
    /// The channel with what else is noted about it. Its name and its picture stay what they are.
    #[must_use]
    pub fn with_notes(mut self, records: &[MetadataRecord]) -> Self {
        let mut notes = nested(records);
        notes.remove("name");
        notes.remove("image_url");
        self.metadata.notes = notes;
        self
    }

    /// The JSON text, for the event log.
    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    pub fn to_raw(&self) -> RawJson {
        let text = serde_json::to_string(self)
            .expect("text, a UUID and a boolean are always serialisable");
        RawJson::from_checked(text)
    }
}
