//! Deleting a contact from the address book. Its conversations stay.

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
                tx.contact(id)?.ok_or(ContactError::Unknown)?;
                history::delete(tx, id)?;
                announce(tx, EventKind::ContactDeleted, id, now)?;
                Ok(())
            })
            .await
    }
}
