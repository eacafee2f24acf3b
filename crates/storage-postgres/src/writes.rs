//! What units have written and the server has not been told yet.

use std::collections::BTreeMap;

use switchboard_domain::{Channel, ChannelId, NewEvent, Sealed};

/// The last state of each row, by id, and events in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writes {
    pub(crate) channels: BTreeMap<ChannelId, Channel>,
    /// `None`: erased.
    pub(crate) credentials: BTreeMap<ChannelId, Option<Sealed>>,
    pub(crate) events: Vec<NewEvent>,
}

impl Writes {
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.credentials.is_empty() && self.events.is_empty()
    }

    /// Adds what was written after this.
    pub(crate) fn absorb(&mut self, later: Self) {
        self.channels.extend(later.channels);
        self.credentials.extend(later.credentials);
        self.events.extend(later.events);
    }
}
