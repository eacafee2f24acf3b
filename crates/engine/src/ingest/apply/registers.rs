//! The state of a conversation, and how the provider addresses its other side. Of both the latest
//! saying counts, whenever it arrives: a record beside them knows when it was.

use std::slice;

use switchboard_connector::Inbound;
use switchboard_domain::{
    ChannelId, ConversationId, MetadataRecord, MetadataSubject, MetadataValue, Timestamp,
};
use switchboard_storage::StorageError;

use super::threads::Changed;
use super::{Arriving, Pass};
use crate::metadata::record_of;
use crate::words::words;

impl Pass<'_, '_> {
    /// Sets the state of a conversation, unless it was set later.
    pub(super) fn set_state(
        &mut self,
        thread: ConversationId,
        state: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        if !self.is_latest(thread, MetadataRecord::STATE, state, at)? {
            return Ok(());
        }
        let mut is_new = false;
        self.change_thread(thread, |conversation| {
            if conversation.state.as_deref() == Some(state) {
                return Changed::Not;
            }
            is_new = true;
            conversation.state = Some(state.to_owned());
            Changed::News
        });
        if is_new {
            self.tx.put_words(thread, "metadata.state", &words(state))?;
        }
        Ok(())
    }

    /// Takes the new handles of contacts, before the messages that may come from there.
    pub(super) fn rename_all(&mut self, arriving: &[Arriving<'_>]) -> Result<(), StorageError> {
        for thing in arriving {
            if let Inbound::Renamed { from, to, at } = thing.what {
                self.rename(thing.channel, from, to, *at)?;
            }
        }
        Ok(())
    }

    /// From `at` on the contact is addressed differently. Both handles lead to one conversation from now
    /// on: to that of the old one, unless only the new one's has messages. Where a later change was
    /// heard of first, what it has led to the new one's conversation comes along.
    fn rename(
        &mut self,
        channel: ChannelId,
        from: &String,
        to: &String,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let old = self.find_thread(channel, slice::from_ref(from));
        let new = self.find_thread(channel, slice::from_ref(to));
        let (known_by, left) = if self.is_silent(old) && !self.is_silent(new) {
            (to, old)
        } else {
            (from, new)
        };
        let kept = self.thread(channel, slice::from_ref(known_by), at);
        self.lead(channel, from, kept);
        self.lead(channel, to, kept);
        self.address(kept, to, at)?;
        if left == kept || !self.is_silent(left) {
            return Ok(());
        }
        for handle in self.leading_to(channel, left)? {
            self.lead(channel, &handle, kept);
        }
        let known = MetadataSubject::Conversation(left);
        if let Some(said) = record_of(self.tx, known, MetadataRecord::HANDLE)? {
            self.address(kept, said.value.as_text(), said.written_at)?;
        }
        self.forget(left)
    }

    /// The provider addresses the other side by this handle from `at` on.
    fn address(
        &mut self,
        thread: ConversationId,
        handle: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        if !self.is_latest(thread, MetadataRecord::HANDLE, handle, at)? {
            return Ok(());
        }
        self.change_thread(thread, |conversation| {
            if conversation.handle == handle {
                return Changed::Not;
            }
            handle.clone_into(&mut conversation.handle);
            Changed::News
        });
        Ok(())
    }

    /// Whether nobody has written in a conversation, or there is none.
    fn is_silent(&self, thread: ConversationId) -> bool {
        self.held(thread)
            .is_none_or(|conversation| conversation.message_count == 0)
    }

    /// Whether nothing later is known under that key; it is known from now on.
    fn is_latest(
        &mut self,
        thread: ConversationId,
        key: &str,
        value: &str,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let record = MetadataRecord {
            subject: MetadataSubject::Conversation(thread),
            key: key.to_owned(),
            value: MetadataValue::Text(value.to_owned()),
            written_at: at,
        };
        let written = self.tx.put_metadata(&[record])?;
        Ok(written.contains(&true))
    }
}
