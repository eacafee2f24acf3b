//! Writing what has become of conversations.

use switchboard_domain::{Contact, ContactId, Conversation, EventKind, Timestamp};
use switchboard_storage::StorageError;

use crate::ingest::apply::Pass;
use crate::media::copy_picture;
use crate::metadata::AVATAR_URL;
use crate::words::words;

impl Pass<'_, '_> {
    /// Writes conversations, the words they are found by, and their contacts.
    pub(in crate::ingest::apply) fn write_threads(&mut self) -> Result<(), StorageError> {
        let threads = std::mem::take(&mut self.threads);
        let changed: Vec<_> = threads
            .held
            .into_values()
            .filter(|held| held.is_changed)
            .collect();
        let conversations: Vec<_> = changed
            .iter()
            .map(|held| held.conversation.clone())
            .collect();
        if !conversations.is_empty() {
            self.tx.put_conversations(&conversations)?;
        }
        if !threads.new_aliases.is_empty() {
            self.tx.put_aliases(&threads.new_aliases)?;
        }
        let now = self.applying.now;
        let contacts: Vec<_> = changed
            .iter()
            .filter(|held| threads.want_contacts.contains(&held.conversation.id))
            .map(|held| contact_of(&held.conversation, now))
            .collect();
        if !contacts.is_empty() {
            self.tx.add_contacts(&contacts)?;
        }
        for held in &changed {
            let conversation = &held.conversation;
            if threads.renamed.contains(&conversation.id) {
                let name = words(&conversation.shown_name());
                self.tx.put_words(conversation.id, "display_name", &name)?;
                if let Some(url) = &conversation.avatar_url.value {
                    self.tx
                        .put_words(conversation.id, AVATAR_URL, &words(url))?;
                }
                if !threads.want_contacts.contains(&conversation.id) {
                    self.rename_contact(conversation)?;
                }
            }
            if let Some(connector) = threads.pictured.get(&conversation.id) {
                let policies = &self.applying.policies;
                self.applied.has_jobs |=
                    copy_picture(self.tx, conversation, *connector, policies, now)?;
            }
            if held.is_news {
                self.count("conversations");
                self.announce(
                    EventKind::ConversationUpdated,
                    conversation.id,
                    conversation.id.as_uuid(),
                )?;
            }
        }
        for (left, kept) in threads.of_one {
            if crate::contacts::merge_holders(self.tx, left, kept, now)? {
                self.count("contacts");
            }
        }
        Ok(())
    }

    /// Gives the contact a better name or picture than the one the hub made up.
    fn rename_contact(&mut self, conversation: &Conversation) -> Result<(), StorageError> {
        crate::contacts::follow_conversation(self.tx, conversation, self.applying.now)
    }
}

fn contact_of(conversation: &Conversation, now: Timestamp) -> Contact {
    Contact {
        display_name: Some(conversation.shown_name()),
        name_is_generated: conversation.display_name.value.is_none(),
        avatar_url: conversation.avatar_url.value.clone(),
        conversations: [(conversation.id, conversation.source.clone())].into(),
        ..crate::contacts::blank(ContactId::of_conversation(conversation.id), now)
    }
}
