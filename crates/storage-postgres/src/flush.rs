//! Fetching the channels that a batch starts from, and sending what it wrote.

use switchboard_domain::ChannelId;

use crate::batch::Batch;
use crate::refusal::Refusal;
use crate::writes::Writes;
use crate::{
    channels, counts, credentials, envelopes, events, messages, outcomes, revisions, words,
};

impl Batch<'_> {
    /// Reads and locks channels; `ids` are in ascending order. One that cannot be read stays unknown.
    pub(crate) fn load(&mut self, ids: &[ChannelId]) -> Result<(), Refusal> {
        if ids.is_empty() {
            return Ok(());
        }
        let rows = channels::lock(self.server_to_ask(), ids)?;
        self.known.extend(ids.iter().map(|id| (*id, None)));
        for row in rows {
            let id = ChannelId::from_uuid(row.try_get(0)?);
            match channels::read(&row) {
                Ok(channel) => self.known.insert(id, Some(channel)),
                Err(_named_to_who_asks) => self.known.remove(&id),
            };
        }
        if let Some(mark) = &mut self.mark {
            mark.touched.extend(ids);
        }
        Ok(())
    }

    /// Sends writes, a statement a table, in the same order on every node: channels by id, what
    /// belongs to them, and last the lock under which revision and events are written, so that it is
    /// held no longer than it takes to commit.
    pub(crate) fn tell(&mut self, writes: &Writes) -> Result<(), Refusal> {
        self.tell_channels(writes)?;
        if writes.is_empty() {
            return Ok(());
        }
        let server = self.server()?;
        credentials::put(server, &writes.credentials)?;
        messages::replace(server, &writes.messages)?;
        words::replace(server, &writes.words)?;
        outcomes::put(server, &writes.outcomes)?;
        counts::add(server, &writes.counts)?;
        envelopes::append(server, &writes.envelopes)?;
        if !writes.channels.is_empty() {
            server.run_with_next(events::LOCK);
            server.run_with_next(revisions::ADVANCE_CHANNELS);
        }
        if writes.events.is_empty() {
            return Ok(());
        }
        events::append(server, &writes.events)
    }

    fn tell_channels(&mut self, writes: &Writes) -> Result<(), Refusal> {
        if writes.channels.is_empty() {
            return Ok(());
        }
        let ids = || writes.channels.keys().copied();
        // Also what was put unseen is locked before it is written, where it is not there too.
        let unseen: Vec<_> = ids().filter(|id| !self.known.contains_key(id)).collect();
        self.learned.extend(&unseen);
        self.load(&unseen)?;

        let channels: Vec<_> = writes.channels.values().collect();
        channels::put(self.server()?, &channels)?;

        for channel in channels {
            let mut stored = channel.clone();
            if let Some(Some(before)) = self.known.get(&channel.id) {
                stored.created_at = before.created_at;
            }
            self.known.insert(channel.id, Some(stored));
        }
        if let Some(mark) = &mut self.mark {
            mark.touched.extend(ids());
        }
        Ok(())
    }
}
