//! Changing what people see of a channel.

use switchboard_domain::{Channel, ChannelId};
use switchboard_storage::{StorageError, Touches};

use super::put_and_announce;
use crate::Engine;

/// What to change; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelUpdate {
    /// The new name.
    pub name: Option<String>,
    /// The new picture.
    pub image_url: Option<String>,
}

/// A channel cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateChannelError {
    /// No channel has that id.
    #[error("there is no channel {0}")]
    Unknown(ChannelId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Changes a channel, connected or not, and announces it. A change that changes nothing is not
    /// announced.
    pub async fn update_channel(
        &self,
        id: ChannelId,
        update: ChannelUpdate,
    ) -> Result<Channel, UpdateChannelError> {
        let now = self.now();
        let ChannelUpdate { name, image_url } = update;
        let work = move |tx: &mut dyn switchboard_storage::WriteTx| {
            let before = tx.channel(id)?.ok_or(UpdateChannelError::Unknown(id))?;
            let after = Channel {
                name: name.clone().unwrap_or_else(|| before.name.clone()),
                image_url: image_url.clone().or_else(|| before.image_url.clone()),
                ..before.clone()
            };
            if after == before {
                return Ok(before);
            }
            let after = Channel {
                updated_at: now,
                ..after
            };
            put_and_announce(tx, &after)?;
            Ok(after)
        };
        self.0.store.write(Touches::channel(id), work).await
    }
}
