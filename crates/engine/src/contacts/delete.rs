//! Deleting a contact from the address book. Its conversations stay, and know that nobody holds them:
//! when the person writes again they get a contact again.

use switchboard_domain::{ContactId, EventKind};
use switchboard_storage::Touches;

use super::erase::is_to_be_erased;
use super::{ContactError, announce, history};
use crate::Engine;

impl Engine {
    /// Deletes a contact and all that was merged into it, and announces that.
    pub async fn delete_contact(&self, id: ContactId) -> Result<(), ContactError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if is_to_be_erased(tx, id)? {
                    return Err(ContactError::Unknown);
                }
                let contact = tx.contact(id)?.ok_or(ContactError::Unknown)?;
                let held: Vec<_> = contact.conversations.keys().copied().collect();
                let mut held = tx.conversations(&held)?;
                for conversation in &mut held {
                    conversation.contact = ContactId::NOBODY;
                }
                if !held.is_empty() {
                    tx.put_conversations(&held)?;
                }
                history::delete(tx, id)?;
                announce(tx, EventKind::ContactDeleted, id, now)?;
                Ok(())
            })
            .await
    }
}
