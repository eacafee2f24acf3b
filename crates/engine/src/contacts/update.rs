//! Changing a contact.

use switchboard_domain::ContactId;
use switchboard_storage::Touches;

use super::{ContactChanges, ContactError, put_and_announce};
use crate::Engine;

impl Engine {
    /// Changes a contact and announces it. A change that changes nothing is not announced.
    pub async fn update_contact(
        &self,
        id: ContactId,
        changes: ContactChanges,
    ) -> Result<(), ContactError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let before = tx.contact(id)?.ok_or(ContactError::Unknown)?;
                let mut after = before.clone();
                changes.apply(&mut after);
                if after == before {
                    return Ok(());
                }
                after.updated_at = Some(now);
                put_and_announce(tx, &after, now)?;
                Ok(())
            })
            .await
    }
}
