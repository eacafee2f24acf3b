//! The use cases of channels: list, info, update, connect, disconnect, explore.

mod connect;
mod directory;
mod disconnect;
mod explore;
mod info;
mod update;

pub use connect::{ConnectChannelError, ConnectedChannel};
pub(crate) use directory::Directory;
pub use directory::{Listing, Notes, SharedStorageError};
pub use disconnect::{DisconnectChannel, DisconnectChannelError, Upstream};
pub use explore::{ExploreChannelsError, Explored};
pub use info::ChannelInfoError;
pub use update::{ChannelUpdate, UpdateChannelError};

use switchboard_api_types::ChannelJson;
use switchboard_domain::{Channel, EventBody, EventKind, NewEvent, Source, SourceChannelId};
use switchboard_storage::{StorageError, WriteTx};

/// Whether a channel is this account of this source. Ids are made of both with nothing between them, as
/// Airy makes them: `face` with `book1` has the id of `facebook` with `1`.
pub(crate) fn is_of(channel: &Channel, source: &Source, account: &SourceChannelId) -> bool {
    channel.source == *source && channel.source_channel_id == *account
}

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
