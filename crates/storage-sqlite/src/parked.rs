//! Changes that wait for their messages.

use rusqlite::params;
use switchboard_domain::{EnvelopeId, ParkedChange, ProviderKey, RawJson, Timestamp};
use switchboard_storage::StorageError;

use crate::stored::Stored;
use crate::tx::{Tx, changed, limit};

const TABLE: &str = "parked_changes";

/// By the index `parked_changes_by_target`.
pub(crate) const FIND: &str = "
    SELECT number, target, change, envelope_id, parked_at
    FROM parked_changes
    WHERE target = ?1
    ORDER BY number";

/// The beginning of the primary key.
pub(crate) const ANY: &str = "
    SELECT number
    FROM parked_changes
    LIMIT 1";

/// The end of the primary key, after a look by the index `parked_changes_by_target`.
pub(crate) const PUT: &str = "
    INSERT INTO parked_changes (target, change, envelope_id, parked_at)
    SELECT ?1, ?2, ?3, ?4
    WHERE NOT EXISTS (
        SELECT 1
        FROM parked_changes
        WHERE target = ?1 AND change = ?2
    )";

/// By the index `parked_changes_by_target`.
pub(crate) const DELETE: &str = "
    DELETE FROM parked_changes
    WHERE target = ?1";

/// By the index `parked_changes_by_age`.
pub(crate) const DROP: &str = "
    DELETE FROM parked_changes
    WHERE number IN (
        SELECT number
        FROM parked_changes
        WHERE parked_at < ?1
        ORDER BY parked_at, number
        LIMIT ?2
    )";

pub(crate) fn find(tx: &Tx<'_>, keys: &[ProviderKey]) -> Result<Vec<ParkedChange>, StorageError> {
    let mut found = Vec::new();
    // Mostly nothing waits for any message, and then one look is enough for all of them.
    if tx.first(TABLE, ANY, [], |_row| Ok(()))?.is_none() {
        return Ok(Vec::new());
    }
    let mut statement = tx.prepare(FIND)?;
    for key in distinct(keys) {
        statement.append(&mut found, TABLE, [key.as_uuid().into_bytes()], read)?;
    }
    found.sort_by_key(|(number, _change)| *number);
    Ok(found.into_iter().map(|(_number, change)| change).collect())
}

pub(crate) fn park(tx: &Tx<'_>, changes: &[ParkedChange]) -> Result<u64, StorageError> {
    let mut statement = tx.prepare(PUT)?;
    let mut parked = 0;
    for change in changes {
        let put = statement.execute(params![
            change.target.as_uuid().into_bytes(),
            change.change.as_str(),
            change.envelope.map(EnvelopeId::get),
            change.parked_at.as_millis(),
        ])?;
        parked += changed(put);
    }
    Ok(parked)
}

pub(crate) fn unpark(tx: &Tx<'_>, keys: &[ProviderKey]) -> Result<(), StorageError> {
    let mut statement = tx.prepare(DELETE)?;
    for key in distinct(keys) {
        statement.execute([key.as_uuid().into_bytes()])?;
    }
    Ok(())
}

pub(crate) fn drop_old(
    tx: &Tx<'_>,
    before: Timestamp,
    changes: usize,
) -> Result<u64, StorageError> {
    let dropped = tx.execute(DROP, [before.as_millis(), limit(changes)])?;
    Ok(changed(dropped))
}

fn distinct(keys: &[ProviderKey]) -> Vec<ProviderKey> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn read(row: &Stored<'_>) -> Result<(i64, ParkedChange), StorageError> {
    let number = row.integer((0, "number"))?;
    let change = ParkedChange {
        target: ProviderKey::from_uuid(row.uuid((1, "target"))?),
        change: RawJson::from_checked(row.text((2, "change"))?),
        envelope: row
            .optional_integer((3, "envelope_id"))?
            .map(EnvelopeId::new),
        parked_at: row.moment((4, "parked_at"))?,
    };
    Ok((number, change))
}
