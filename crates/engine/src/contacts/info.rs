//! One contact.

use switchboard_domain::{Contact, ContactId, ConversationId};

use switchboard_storage::ReadTx;

use super::{ContactError, Merged};
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
    /// The contact that is meant, and what was merged into it.
    pub async fn contact_with_history(&self, which: WhichContact) -> Result<Merged, ContactError> {
        let links = self.media_links();
        self.0
            .store
            .read(move |tx| {
                let contact = find(tx, which)?;
                Ok(Merged::of(tx, contact, &links)?)
            })
            .await
    }

    /// The contact that is meant.
    pub async fn contact(&self, which: WhichContact) -> Result<Contact, ContactError> {
        self.0.store.read(move |tx| find(tx, which)).await
    }
}

fn find(tx: &mut dyn ReadTx, which: WhichContact) -> Result<Contact, ContactError> {
    let found = match which {
        WhichContact::Id(id) => tx.contact(id)?,
        WhichContact::Of(conversation) => tx.contact_of(conversation)?,
    };
    found.ok_or(match which {
        WhichContact::Id(_) => ContactError::Unknown,
        WhichContact::Of(_) => ContactError::OfNobody,
    })
}
