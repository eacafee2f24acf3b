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
        let mut changed: Vec<_> = threads
            .held
            .into_values()
            .filter(|held| held.is_changed)
            .collect();
        changed.sort_unstable_by_key(|held| held.conversation.id);
        let (conversations, news): (Vec<_>, Vec<_>) = changed
            .into_iter()
            .map(|held| (held.conversation, held.is_news))
            .unzip();
        if !conversations.is_empty() {
            self.tx.put_conversations(&conversations)?;
        }
        if !threads.new_aliases.is_empty() {
            self.tx.put_aliases(&threads.new_aliases)?;
        }
        let now = self.applying.now;
        let contacts: Vec<_> = conversations
            .iter()
            .filter(|conversation| threads.want_contacts.contains(&conversation.id))
            .map(|conversation| contact_of(conversation, now))
            .collect();
        if !contacts.is_empty() {
            self.tx.add_contacts(&contacts)?;
        }
        for (conversation, is_news) in conversations.iter().zip(news) {
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
            if is_news {
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
