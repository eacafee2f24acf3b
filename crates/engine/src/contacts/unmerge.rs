//! Making two contacts again of one.

use switchboard_domain::{ContactId, EventKind};
use switchboard_storage::{StorageError, Touches};

use super::announce;
use super::erase::is_to_be_erased;
use super::join::parted;
use super::merge::Merged;
use crate::Engine;

/// A merge cannot be undone.
#[derive(Debug, thiserror::Error)]
pub enum UnmergeError {
    /// No contact has that id.
    #[error("there is no contact {0}")]
    Unknown(ContactId),
    /// The other one was not merged into it, or came along with another that was.
    #[error("the contact {0} was not merged into this one")]
    NotMerged(ContactId),
    /// There is a contact with the id of the one that would come back.
    #[error("there is a contact {0} again")]
    IsBack(ContactId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Undoes the merge of `source` into a contact, and announces both. What was changed since stays
    /// with the contact, and so do conversations that arrived since.
    pub async fn unmerge_contacts(
        &self,
        id: ContactId,
        source: ContactId,
    ) -> Result<Merged, UnmergeError> {
        let (now, links) = (self.now(), self.media_links());
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if is_to_be_erased(tx, id)? {
                    return Err(UnmergeError::Unknown(id));
                }
                let contact = tx.contact(id)?.ok_or(UnmergeError::Unknown(id))?;
                let merge = tx
                    .merges(id)?
                    .into_iter()
                    .find(|merge| merge.source.id == source)
                    .ok_or(UnmergeError::NotMerged(source))?;
                if tx.contact(source)?.is_some() {
                    return Err(UnmergeError::IsBack(source));
                }
                let mut remaining = parted(&contact, &merge.destination, &merge.source);
                remaining.updated_at = Some(now);
                let mut restored = merge.source;
                restored.updated_at = Some(now);
                // Those that were erased are gone, those that others have taken are theirs.
                restored.conversations.retain(|conversation, _source| {
                    contact.conversations.contains_key(conversation)
                        && !remaining.conversations.contains_key(conversation)
                });
                tx.delete_merge(id, source)?;
                // The restored one gets its conversations before the other is written without them: a
                // conversation is never without a contact.
                tx.put_contact(&restored)?;
                tx.put_contact(&remaining)?;
                announce(tx, EventKind::ContactUpdated, id, now)?;
                announce(tx, EventKind::ContactUpdated, source, now)?;
                Ok(Merged::of(tx, remaining, &links)?)
            })
            .await
    }
}
