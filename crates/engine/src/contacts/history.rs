//! What was merged into contacts.
//!
//! A contact that is merged away keeps what was merged into it: the history of a contact is a tree, and
//! undoing a merge brings a whole branch back.

use std::collections::BTreeSet;

use switchboard_domain::{Contact, ContactId, Merge};
use switchboard_storage::{ReadTx, StorageError, WriteTx};

/// Every contact that was merged into one, also those that came with another; each after those that
/// came with it, in the order of the merges.
pub(super) fn sources(
    tx: &mut dyn ReadTx,
    destination: ContactId,
) -> Result<Vec<Contact>, StorageError> {
    let mut found = Vec::new();
    collect(tx, destination, &mut BTreeSet::new(), &mut found)?;
    Ok(found)
}

fn collect(
    tx: &mut dyn ReadTx,
    destination: ContactId,
    seen: &mut BTreeSet<ContactId>,
    found: &mut Vec<Contact>,
) -> Result<(), StorageError> {
    if !seen.insert(destination) {
        return Ok(());
    }
    for Merge { source, .. } in tx.merges(destination)? {
        collect(tx, source.id, seen, found)?;
        found.push(source);
    }
    Ok(())
}

/// Deletes a contact and its history.
pub(super) fn delete(tx: &mut dyn WriteTx, id: ContactId) -> Result<(), StorageError> {
    for source in sources(tx, id)? {
        let own: Vec<_> = tx.merges(source.id)?;
        for merge in own {
            tx.delete_merge(source.id, merge.source.id)?;
        }
    }
    tx.delete_contact(id)?;
    Ok(())
}

/// Deletes a contact and keeps its history, because it is becoming part of another one's.
pub(super) fn delete_contact_alone(
    tx: &mut dyn WriteTx,
    id: ContactId,
) -> Result<(), StorageError> {
    let own = tx.merges(id)?;
    tx.delete_contact(id)?;
    for merge in &own {
        tx.put_merge(merge)?;
    }
    Ok(())
}
