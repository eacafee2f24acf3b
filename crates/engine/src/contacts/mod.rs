//! The use cases of contacts: create, import, list, info, update, merge, unmerge, delete, erase, recent
//! messages.

mod changes;
mod create;
mod delete;
mod erase;
mod erased;
mod erasing;
mod follow;
mod history;
mod info;
mod join;
mod list;
mod mentions;
mod merge;
mod recent_messages;
mod unmerge;
mod update;

use std::collections::BTreeMap;

use switchboard_domain::{Contact, ContactId, EventBody, EventKind, NewEvent, Timestamp};
use switchboard_storage::{StorageError, WriteTx};

pub use changes::{AddressChanges, Change, ContactChanges};
pub(crate) use follow::follow_conversation;
pub use info::WhichContact;
pub(crate) use merge::merge_holders;
pub use merge::{MergeError, Merged};
pub use recent_messages::{RecentMessages, RecentMessagesError, RecentMessagesQuery};
pub use unmerge::UnmergeError;

/// A contact cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// There is no such contact.
    #[error("there is no such contact")]
    Unknown,
    /// Nobody holds that conversation.
    #[error("nobody holds that conversation")]
    OfNobody,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A contact of whom nothing is known.
pub(crate) fn blank(id: ContactId, now: Timestamp) -> Contact {
    Contact {
        id,
        display_name: None,
        name_is_generated: false,
        avatar_url: None,
        title: None,
        gender: None,
        timezone: None,
        locale: None,
        organization_name: None,
        via: BTreeMap::new(),
        address: None,
        conversations: BTreeMap::new(),
        metadata: None,
        created_at: now,
        updated_at: None,
    }
}

/// Stores a contact and announces it, and those from whom it takes conversations.
fn put_and_announce(
    tx: &mut dyn WriteTx,
    contact: &Contact,
    now: Timestamp,
) -> Result<(), StorageError> {
    let mut poorer: Vec<ContactId> = Vec::new();
    for conversation in contact.conversations.keys() {
        let holder = tx.contact_of(*conversation)?.map(|holder| holder.id);
        poorer.extend(holder.filter(|holder| *holder != contact.id));
    }
    poorer.sort_unstable();
    poorer.dedup();
    tx.put_contact(contact)?;
    announce(tx, EventKind::ContactUpdated, contact.id, now)?;
    for holder in poorer {
        announce(tx, EventKind::ContactUpdated, holder, now)?;
    }
    Ok(())
}

/// Announces that something happened to a contact. The event says to whom and not what.
fn announce(
    tx: &mut dyn WriteTx,
    kind: EventKind,
    id: ContactId,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.append_event(&NewEvent {
        kind,
        subject: id.into(),
        body: EventBody::About(id.as_uuid()),
        occurred_at: now,
    })
}
