//! One channel.

use switchboard_domain::{Channel, ChannelId};
use switchboard_storage::StorageError;

use crate::Engine;

/// A channel cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ChannelInfoError {
    /// No channel has that id.
    #[error("there is no channel {0}")]
    Unknown(ChannelId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// The channel with that id, connected or not.
    pub async fn channel(&self, id: ChannelId) -> Result<Channel, ChannelInfoError> {
        self.0
            .store
            .read_one(move |ask| ask.channel(id)?.ok_or(ChannelInfoError::Unknown(id)))
            .await
    }
}
