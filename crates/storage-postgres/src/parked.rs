//! Changes of messages that have not arrived yet.

use postgres::Row;
use switchboard_domain::{EnvelopeId, ParkedChange, ProviderKey, Timestamp};
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::snapshot::Ask;
use crate::stored::{Stored, column, limit};

/// By the index `parked_changes_by_target`.
pub(crate) const FIND: &str = "
    SELECT number, target, change, envelope_id, parked_at
    FROM parked_changes
    WHERE target = ANY($1)";

/// Of equal ones the first. What waits already is found by the index `parked_changes_by_target`.
const PARK: &str = "
    INSERT INTO parked_changes (target, change, envelope_id, parked_at)
    SELECT target, change, envelope_id, parked_at
    FROM (
        SELECT DISTINCT ON (target, change) target, change, envelope_id, parked_at, place
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[])
             WITH ORDINALITY AS given (target, change, envelope_id, parked_at, place)
        ORDER BY target, change, place
    ) AS new
    WHERE NOT EXISTS (
        SELECT FROM parked_changes AS waiting
        WHERE waiting.target = new.target AND waiting.change = new.change COLLATE \"C\"
    )
    ORDER BY place";

/// By the index `parked_changes_by_target`.
pub(crate) const UNPARK: &str = "
    DELETE FROM parked_changes
    WHERE target = ANY($1)";

/// By the index `parked_changes_by_age`, in its order, and then by the primary key.
pub(crate) const DROP: &str = "
    DELETE FROM parked_changes
    WHERE number = ANY(ARRAY(
        SELECT number
        FROM parked_changes
        WHERE parked_at < $1
        ORDER BY parked_at, number
        LIMIT $2
    ))";

pub(crate) fn find(
    server: &mut impl Ask,
    keys: &[ProviderKey],
) -> Result<Vec<ParkedChange>, StorageError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = server.ask(FIND, &[&column(keys, |key| key.as_uuid())])?;
    let mut parked = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    parked.sort_by_key(|(number, _)| *number);
    Ok(parked.into_iter().map(|(_, change)| change).collect())
}

pub(crate) fn park(batch: &mut Batch<'_>, changes: &[ParkedChange]) -> Result<u64, StorageError> {
    if changes.is_empty() {
        return Ok(0);
    }
    batch.change(
        PARK,
        &[
            &column(changes, |change| change.target.as_uuid()),
            &column(changes, |change| change.change.as_str()),
            &column(changes, |change| change.envelope.map(EnvelopeId::get)),
            &column(changes, |change| change.parked_at.as_millis()),
        ],
    )
}

pub(crate) fn unpark(batch: &mut Batch<'_>, keys: &[ProviderKey]) -> Result<(), StorageError> {
    if !keys.is_empty() {
        batch.change(UNPARK, &[&column(keys, |key| key.as_uuid())])?;
    }
    Ok(())
}

pub(crate) fn drop_old(
    batch: &mut Batch<'_>,
    before: Timestamp,
    changes: usize,
) -> Result<u64, StorageError> {
    batch.change(DROP, &[&before.as_millis(), &limit(changes)])
}

/// A change, and its place among all that were parked.
fn read(row: &Row) -> Result<(i64, ParkedChange), StorageError> {
    let row = Stored::new("parked_changes", row);
    let change = ParkedChange {
        target: ProviderKey::from_uuid(row.get((1, "target"))?),
        change: row.json((2, "change"))?,
        envelope: row
            .get::<Option<i64>>((3, "envelope_id"))?
            .map(EnvelopeId::new),
        parked_at: row.moment((4, "parked_at"))?,
    };
    Ok((row.get((0, "number"))?, change))
}
