//! What people are called on a channel, and where that leads.

use std::collections::HashMap;

use switchboard_connector::Inbound;
use switchboard_domain::{ChannelId, ConversationId};

/// Conversations by handle. Looked at several times for each message, so that a look costs no copy.
#[derive(Debug, Default)]
pub(super) struct Handles(HashMap<ChannelId, HashMap<String, ConversationId>>);

impl Handles {
    pub(super) fn get(&self, channel: ChannelId, handle: &str) -> Option<ConversationId> {
        self.0.get(&channel)?.get(handle).copied()
    }

    pub(super) fn put(&mut self, channel: ChannelId, handle: &str, id: ConversationId) {
        let handles = self.0.entry(channel).or_default();
        handles.insert(handle.to_owned(), id);
    }

    /// The handles of a channel that lead to a conversation.
    pub(super) fn leading_to(&self, channel: ChannelId, id: ConversationId) -> Vec<String> {
        let handles = self.0.get(&channel).into_iter().flatten();
        handles
            .filter(|(_, to)| **to == id)
            .map(|(handle, _)| handle.clone())
            .collect()
    }
}

/// The handles that a thing names.
pub(in crate::ingest::apply) fn handles_of(what: &Inbound) -> impl Iterator<Item = &str> {
    let (many, one, other): (&[String], Option<&str>, Option<&str>) = match what {
        Inbound::Message(message) => (&message.handles, None, None),
        Inbound::ConfirmedUntil { handle, .. }
        | Inbound::Introduced { handle, .. }
        | Inbound::Noted { handle, .. }
        | Inbound::StateSet { handle, .. } => (&[], Some(handle), None),
        Inbound::Renamed { from, to, .. } => (&[], Some(from), Some(to)),
        Inbound::Edited { .. }
        | Inbound::Unsent { .. }
        | Inbound::Reacted { .. }
        | Inbound::Confirmed { .. }
        | Inbound::MessageNoted { .. }
        | Inbound::ChannelNoted { .. }
        | Inbound::UpstreamNoted { .. }
        | Inbound::Nothing(_)
        | Inbound::Unknown(_)
        | Inbound::Malformed(_) => (&[], None, None),
    };
    many.iter().map(String::as_str).chain(one).chain(other)
}
