//! What units have written and the server has not been told yet.

use std::collections::BTreeMap;

use switchboard_domain::{
    Channel, ChannelId, ConversationId, EnvelopeId, Message, MessageId, NewEnvelope, NewEvent,
    Outcome, Sealed,
};
use switchboard_storage::SearchText;

use crate::counts::{Change, Count};

/// The last state of each row, by id, and events and envelopes in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writes {
    pub(crate) channels: BTreeMap<ChannelId, Channel>,
    /// `None`: erased.
    pub(crate) credentials: BTreeMap<ChannelId, Option<Sealed>>,
    /// Messages that are there already, with what becomes of their texts.
    pub(crate) messages: BTreeMap<MessageId, (Message, SearchText)>,
    /// By conversation and key.
    pub(crate) words: BTreeMap<(ConversationId, String), Vec<String>>,
    /// What is to be added to each count.
    pub(crate) counts: BTreeMap<Count, Change>,
    /// `None`: removed.
    pub(crate) outcomes: BTreeMap<EnvelopeId, Option<Outcome>>,
    pub(crate) envelopes: Vec<NewEnvelope>,
    pub(crate) events: Vec<NewEvent>,
}

impl Writes {
    pub(crate) fn is_empty(&self) -> bool {
        self.envelopes.is_empty() && self.is_empty_but_for_envelopes()
    }

    pub(crate) fn is_empty_but_for_envelopes(&self) -> bool {
        self.channels.is_empty()
            && self.credentials.is_empty()
            && self.messages.is_empty()
            && self.words.is_empty()
            && self.counts.is_empty()
            && self.outcomes.is_empty()
            && self.events.is_empty()
    }

    /// Adds what was written after this.
    pub(crate) fn absorb(&mut self, later: Self) {
        self.channels.extend(later.channels);
        self.credentials.extend(later.credentials);
        for (message, text) in later.messages.into_values() {
            self.put_message(message, text);
        }
        self.words.extend(later.words);
        self.count(later.counts);
        self.outcomes.extend(later.outcomes);
        self.envelopes.extend(later.envelopes);
        self.events.extend(later.events);
    }

    /// Replaces a message. A text that is kept is the one that was put before.
    pub(crate) fn put_message(&mut self, message: Message, text: SearchText) {
        let before = self.messages.remove(&message.id).map(|(_, before)| before);
        let text = match (before, text) {
            (Some(before), SearchText::Kept) => before,
            (_, text) => text,
        };
        self.messages.insert(message.id, (message, text));
    }

    /// Adds to counts; what comes to nothing is forgotten.
    pub(crate) fn count(&mut self, changes: impl IntoIterator<Item = (Count, Change)>) {
        for (count, change) in changes {
            let before = self.counts.remove(&count).unwrap_or_default();
            if let Some(sum) = before.and(change) {
                self.counts.insert(count, sum);
            }
        }
    }
}
