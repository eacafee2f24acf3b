//! One contact.

use switchboard_domain::{Contact, ContactId, ConversationId};

use super::ContactError;
use crate::Engine;

/// Which contact is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichContact {
    /// The one with that id.
    Id(ContactId),
    /// The one that holds a conversation.
    Of(ConversationId),
}

impl Engine {
    /// The contact that is meant.
    pub async fn contact(&self, which: WhichContact) -> Result<Contact, ContactError> {
        self.0
            .store
            .read(move |tx| {
                let found = match which {
                    WhichContact::Id(id) => tx.contact(id)?,
                    WhichContact::Of(conversation) => tx.contact_of(conversation)?,
                };
                found.ok_or(ContactError::Unknown)
            })
            .await
    }
}
