//! Making one contact of two.

use switchboard_domain::{Contact, ContactId, ConversationId, EventKind, Merge, Timestamp};
use switchboard_storage::{ReadTx, StorageError, Touches, WriteTx};

use super::erase::is_to_be_erased;
use super::join::joined;
use super::{announce, history};
use crate::Engine;
use crate::media::{MediaLinks, Pictures};

/// A contact, and what was merged into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The contact.
    pub contact: Contact,
    /// Every contact that was merged into it, as it was.
    pub history: Vec<Contact>,
}

impl Merged {
    /// A contact as it is shown, with its history.
    pub(super) fn of(
        tx: &mut dyn ReadTx,
        mut contact: Contact,
        links: &MediaLinks,
    ) -> Result<Self, StorageError> {
        Pictures::read(tx, [&contact])?.show(&mut contact, links);
        Ok(Self {
            history: history::sources(tx, contact.id)?,
            contact,
        })
    }
}

/// Two contacts cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// The one that this field of the request names does not exist.
    #[error("there is no contact of the id in {0}")]
    Unknown(&'static str),
    /// They are the same.
    #[error("a contact cannot be merged into itself")]
    Itself,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Merges `source` into `destination`, which gets its conversations and what it lacks. The source
    /// is deleted and remembered. Both are announced.
    pub async fn merge_contacts(
        &self,
        source: ContactId,
        destination: ContactId,
    ) -> Result<Merged, MergeError> {
        if source == destination {
            return Err(MergeError::Itself);
        }
        let (now, links) = (self.now(), self.media_links());
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let [from, into] = both(tx, source, destination)?;
                let contact = merge(tx, from, into, now)?;
                Ok(Merged::of(tx, contact, &links)?)
            })
            .await
    }
}

/// Makes one contact of those of two conversations of one person. Says whether there were two. Somebody who
/// is being erased is left alone.
pub(crate) fn merge_holders(
    tx: &mut dyn WriteTx,
    source: ConversationId,
    destination: ConversationId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let (Some(from), Some(into)) = (tx.contact_of(source)?, tx.contact_of(destination)?) else {
        return Ok(false);
    };
    if from.id == into.id {
        return Ok(false);
    }
    match both(tx, from.id, into.id) {
        Ok([from, into]) => merge(tx, from, into, now).map(|_contact| true),
        Err(MergeError::Storage(error)) => Err(error),
        Err(MergeError::Unknown(_) | MergeError::Itself) => Ok(false),
    }
}

/// Merges `from` into `into`, and announces both.
fn merge(
    tx: &mut dyn WriteTx,
    from: Contact,
    into: Contact,
    now: Timestamp,
) -> Result<Contact, StorageError> {
    let (source, destination) = (from.id, into.id);
    let mut contact = joined(&into, &from);
    contact.updated_at = Some(now);
    // First of all its conversations move, so that none goes with the source.
    tx.put_contact(&contact)?;
    history::delete_contact_alone(tx, source)?;
    tx.put_merge(&Merge {
        source: from,
        destination: into,
        merged_at: now,
    })?;
    announce(tx, EventKind::ContactDeleted, source, now)?;
    announce(tx, EventKind::ContactUpdated, destination, now)?;
    Ok(contact)
}

/// Reads both, always in the same order, so that two merges do not wait for each other in a circle.
fn both(
    tx: &mut dyn WriteTx,
    source: ContactId,
    destination: ContactId,
) -> Result<[Contact; 2], MergeError> {
    let mut find = |id| {
        let field = if id == source {
            "source_id"
        } else {
            "destination_id"
        };
        if is_to_be_erased(tx, id)? {
            return Err(MergeError::Unknown(field));
        }
        tx.contact(id)?.ok_or(MergeError::Unknown(field))
    };
    if source < destination {
        let from = find(source)?;
        Ok([from, find(destination)?])
    } else {
        let into = find(destination)?;
        Ok([find(source)?, into])
    }
}
