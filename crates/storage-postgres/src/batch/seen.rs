//! What the running unit sees of channels and credentials, and what it adds: much of it the server was not told yet.

use std::collections::BTreeSet;

use switchboard_domain::{Channel, ChannelId, NewEvent, Sealed};
use switchboard_storage::StorageError;

use super::Batch;
use crate::channels;
use crate::snapshot::Ask as _;

impl Batch<'_> {
    /// A channel as the running unit must see it.
    pub(crate) fn latest_channel(
        &mut self,
        id: ChannelId,
    ) -> Result<Option<Channel>, StorageError> {
        if !self.known.contains_key(&id) {
            self.still_good()?;
            self.learned.insert(id);
            let loaded = self.load(&[id]);
            self.noticed(loaded)?;
        }
        let Some(stored) = self.known.get(&id) else {
            // It could not be read: reading it again says why.
            return self.first(channels::FIND, &[&id.as_uuid()], channels::read);
        };
        let Some(put) = self.untold_channel(id) else {
            return Ok(stored.clone());
        };
        let mut put = put.clone();
        if let Some(stored) = stored {
            put.created_at = stored.created_at;
        }
        Ok(Some(put))
    }

    /// What the server said, with what it was not told yet laid over it.
    pub(crate) fn overlaid(
        &mut self,
        stored: Vec<Channel>,
        wanted: impl Fn(&Channel) -> bool,
    ) -> Result<Vec<Channel>, StorageError> {
        let mut listed: Vec<_> = stored
            .into_iter()
            .filter(|channel| self.untold_channel(channel.id).is_none())
            .collect();
        let untold: BTreeSet<_> = self
            .pending
            .channels
            .keys()
            .chain(self.own.channels.keys())
            .copied()
            .collect();
        for id in untold {
            if self.untold_channel(id).is_some_and(&wanted) {
                listed.extend(self.latest_channel(id)?);
            }
        }
        Ok(listed)
    }

    pub(crate) fn remember_channel(&mut self, channel: &Channel) {
        let mut channel = channel.clone();
        if let Some(earlier) = self.untold_channel(channel.id) {
            channel.created_at = earlier.created_at;
        }
        self.own.channels.insert(channel.id, channel);
    }

    pub(crate) fn remember_credentials(&mut self, channel: ChannelId, sealed: Option<Sealed>) {
        self.own.credentials.insert(channel, sealed);
    }

    pub(crate) fn remember_event(&mut self, event: NewEvent) {
        self.own.events.push(event);
    }

    /// Credentials that the server was not told yet; `Some(None)` if they are to be erased.
    pub(crate) fn untold_credentials(&self, channel: ChannelId) -> Option<&Option<Sealed>> {
        let own = self.own.credentials.get(&channel);
        own.or_else(|| self.pending.credentials.get(&channel))
    }

    fn untold_channel(&self, id: ChannelId) -> Option<&Channel> {
        let own = self.own.channels.get(&id);
        own.or_else(|| self.pending.channels.get(&id))
    }
}
