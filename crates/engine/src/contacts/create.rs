//! Making contacts, one or many.

use switchboard_domain::{Contact, ContactId};
use switchboard_storage::{StorageError, Touches};

use super::{ContactChanges, blank, put_and_announce};
use crate::Engine;

impl Engine {
    /// Makes contacts of what is known of them, all or none, and announces them.
    pub async fn create_contacts(
        &self,
        contacts: &[ContactChanges],
    ) -> Result<Vec<Contact>, StorageError> {
        let now = self.now();
        let made: Vec<_> = contacts
            .iter()
            .map(|known| {
                let mut contact = blank(ContactId::from_uuid(self.0.chance.uuid()), now);
                known.apply(&mut contact);
                contact
            })
            .collect();
        let contacts = made.clone();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                contacts
                    .iter()
                    .try_for_each(|contact| put_and_announce(tx, contact, now))
            })
            .await?;
        Ok(made)
    }
}
