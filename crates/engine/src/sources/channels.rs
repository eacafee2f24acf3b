//! Channels of custom sources.

use serde_json::{Map, Value};
use switchboard_api_types::metadata::flat;
use switchboard_domain::{
    Channel, ChannelFilter, ChannelId, Connection, MetadataRecord, MetadataSubject, RawJson,
    Source, SourceChannelId,
};
use switchboard_storage::{StorageError, Touches};

use super::FACTS;
use crate::Engine;
use crate::channels::{is_of, put_and_announce};

/// A channel that a custom source speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSourceChannel {
    /// The source's own name of it.
    pub source_channel_id: SourceChannelId,
    /// What people call it.
    pub name: String,
    /// What else is to be noted about it.
    pub metadata: Map<String, Value>,
}

/// A channel of a custom source cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum SourceChannelError {
    /// No channel has that id.
    #[error("there is no channel {0}")]
    Unknown(ChannelId),
    /// It belongs to another source.
    #[error("the channel {0} belongs to another source")]
    NotYours(ChannelId),
    /// Another account, of another source, has the channel's id.
    #[error("the channel {0} is another account's")]
    Taken(ChannelId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Connects a channel of a custom source, or renews it.
    pub async fn create_source_channel(
        &self,
        source: Source,
        request: NewSourceChannel,
    ) -> Result<Channel, SourceChannelError> {
        let id = ChannelId::derive(&source, &request.source_channel_id);
        let now = self.now();
        let records: Vec<_> = flat(&request.metadata, "")
            .into_iter()
            .filter(|(key, _)| key != "name" && key != "image_url")
            .map(|(key, value)| MetadataRecord {
                subject: MetadataSubject::Channel(id),
                key,
                value,
                written_at: now,
            })
            .collect();
        let image_url = request
            .metadata
            .get("image_url")
            .and_then(Value::as_str)
            .map(str::to_owned);
        self.0
            .store
            .write(Touches::channel(id), move |tx| {
                let before = tx.channel(id)?;
                if before
                    .as_ref()
                    .is_some_and(|before| !is_of(before, &source, &request.source_channel_id))
                {
                    return Err(SourceChannelError::Taken(id));
                }
                let channel = Channel {
                    id,
                    source: source.clone(),
                    source_channel_id: request.source_channel_id.clone(),
                    name: request.name.clone(),
                    image_url: image_url
                        .clone()
                        .or_else(|| before.as_ref().and_then(|before| before.image_url.clone())),
                    connection: Connection::Connected,
                    upstream: None,
                    facts: RawJson::from_checked(FACTS),
                    created_at: before.map_or(now, |before| before.created_at),
                    updated_at: now,
                };
                if !records.is_empty() {
                    tx.put_metadata(&records)?;
                }
                put_and_announce(tx, &channel)?;
                Ok(channel)
            })
            .await
    }

    /// The connected channels of a custom source.
    pub async fn list_source_channels(&self, source: Source) -> Result<Vec<Channel>, StorageError> {
        let filter = ChannelFilter {
            source: Some(source),
            connected: Some(true),
        };
        self.0.store.read(move |tx| tx.channels(&filter)).await
    }

    /// Disconnects a channel of a custom source.
    pub async fn disconnect_source_channel(
        &self,
        source: Source,
        id: ChannelId,
    ) -> Result<(), SourceChannelError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::channel(id), move |tx| {
                let channel = tx.channel(id)?.ok_or(SourceChannelError::Unknown(id))?;
                if channel.source != source {
                    return Err(SourceChannelError::NotYours(id));
                }
                if !channel.connection.is_connected() {
                    return Ok(());
                }
                let channel = Channel {
                    connection: Connection::Disconnected,
                    updated_at: now,
                    ..channel
                };
                Ok(put_and_announce(tx, &channel)?)
            })
            .await
    }
}
