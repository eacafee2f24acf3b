//! The use cases of channels: list, info, update, connect, disconnect, explore.

mod connect;
mod directory;
mod disconnect;
mod explore;
mod info;
mod update;

pub use connect::ConnectChannelError;
pub(crate) use directory::Directory;
pub use directory::{Listing, Notes, SharedStorageError};
pub use disconnect::{DisconnectChannel, DisconnectChannelError, Upstream};
pub use explore::{ExploreChannelsError, Explored};
pub use info::ChannelInfoError;
pub use update::{ChannelUpdate, UpdateChannelError};

use switchboard_api_types::ChannelJson;
use switchboard_domain::{Channel, EventBody, EventKind, NewEvent};
use switchboard_storage::{StorageError, WriteTx};

/// Stores a channel and announces it, in one unit of work.
pub(crate) fn put_and_announce(
    tx: &mut dyn WriteTx,
    channel: &Channel,
) -> Result<(), StorageError> {
    tx.put_channel(channel)?;
    tx.append_event(&NewEvent {
        kind: EventKind::ChannelUpdated,
        subject: channel.id.into(),
        body: EventBody::Told(ChannelJson::from(channel).to_raw()),
        occurred_at: channel.updated_at,
    })
}
