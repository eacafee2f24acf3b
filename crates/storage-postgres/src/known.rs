//! Conversations that a batch has locked, and what the server counts them under.

use std::collections::HashSet;

use switchboard_domain::{Conversation, ConversationId, TagId};
use switchboard_storage::StorageError;
use uuid::Uuid;

use crate::batch::Batch;
use crate::conversation_moves::is_only_moved;
use crate::counts::{Change, Count, Listed};
use crate::writes::Writes;
use crate::{conversations, locks};

/// A locked conversation, as the transaction has it now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// As it was read or written last, but for its tags; `None` if there is none.
    pub(crate) stored: Option<Conversation>,
    /// In the order of their ids.
    pub(crate) tags: Vec<TagId>,
    /// What else it is counted by; `None` without a message.
    pub(crate) listed: Option<Listed>,
}

impl Known {
    fn of(conversation: &Conversation) -> Self {
        Self {
            stored: Some(conversation.clone()),
            tags: conversation.tags.clone(),
            listed: Listed::of(conversation),
        }
    }

    /// Adds it to everything it is counted under, or takes it out of that.
    fn count(&self, by: i64, writes: &mut Writes) {
        if let Some(listed) = &self.listed {
            let tags = self.tags.iter().map(|tag| Count::of_tag(*tag));
            writes.count(tags.map(|tag| (tag, Change::of(by))));
            writes.count(listed.counts(by));
        }
    }

    /// Whether both are counted alike.
    fn is_counted_as(&self, other: &Self) -> bool {
        self.listed == other.listed && self.tags == other.tags
    }
}

impl Batch<'_> {
    /// Reads and locks conversations until the transaction ends, those that are not there included:
    /// nobody who does the same can make them meanwhile.
    pub(crate) fn locked_conversations(
        &mut self,
        ids: &[ConversationId],
    ) -> Result<Vec<Conversation>, StorageError> {
        let mut asked: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
        asked.sort_unstable();
        asked.dedup();
        let mut found = conversations::lock(self, &asked)?;
        let there: HashSet<Uuid> = found.iter().map(|one| one.id.as_uuid()).collect();
        let absent: Vec<Uuid> = asked.into_iter().filter(|id| !there.contains(id)).collect();
        let surprising = absent.iter().any(|id| {
            !self
                .conversations
                .contains_key(&ConversationId::from_uuid(*id))
        });
        if surprising {
            locks::take(self, locks::CONVERSATION, &absent)?;
            // Whoever held such a lock before us may have made the conversation.
            found.extend(conversations::lock(self, &absent)?);
        }
        for id in absent {
            self.know(ConversationId::from_uuid(id), Known::default());
        }
        for conversation in &found {
            self.know(conversation.id, Known::of(conversation));
        }
        Ok(found)
    }

    /// Makes sure that conversations are locked.
    pub(crate) fn lock_unknown(
        &mut self,
        ids: impl Iterator<Item = ConversationId>,
    ) -> Result<(), StorageError> {
        let unknown: Vec<_> = ids
            .filter(|id| !self.conversations.contains_key(id))
            .collect();
        if !unknown.is_empty() {
            self.locked_conversations(&unknown)?;
        }
        Ok(())
    }

    /// A conversation that is locked, as it is now.
    pub(crate) fn known_conversation(&mut self, id: ConversationId) -> Result<Known, StorageError> {
        self.lock_unknown(std::iter::once(id))?;
        Ok(self.conversations.get(&id).cloned().unwrap_or_default())
    }

    /// Whether writing a conversation changes no more than a message does.
    pub(crate) fn only_moves(&self, conversation: &Conversation) -> bool {
        let stored = self.conversations.get(&conversation.id);
        let stored = stored.and_then(|known| known.stored.as_ref());
        stored.is_some_and(|stored| is_only_moved(stored, conversation))
    }

    /// Notes that a conversation was written apart from its tags, and counts it anew.
    pub(crate) fn conversation_was_put(&mut self, conversation: &Conversation) {
        let before = self.conversations.get(&conversation.id);
        let after = Known {
            tags: before.map(|known| known.tags.clone()).unwrap_or_default(),
            ..Known::of(conversation)
        };
        self.conversation_became(conversation.id, after);
    }

    /// Notes what became of a conversation, and counts it anew.
    pub(crate) fn conversation_became(&mut self, id: ConversationId, after: Known) {
        let before = self.conversations.get(&id);
        if !before.is_some_and(|before| before.is_counted_as(&after)) {
            if let Some(before) = before {
                before.count(-1, &mut self.own);
            }
            after.count(1, &mut self.own);
        }
        self.know(id, after);
    }

    fn know(&mut self, id: ConversationId, known: Known) {
        self.conversations.insert(id, known);
        if let Some(mark) = &mut self.mark {
            mark.conversations.push(id);
        }
    }
}
