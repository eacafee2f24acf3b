//! Removing envelopes: the old ones, and those that tell of somebody who is to be forgotten.

use switchboard_domain::{EnvelopeId, Timestamp};
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::stored::{DISORDER, Stored, limit};

/// By the primary key. Envelopes stand nearly in the order in which they arrived, on clocks that may
/// differ: so no more than the first of them have to be looked at.
pub(crate) const DROP: &str = "
    WITH gone AS MATERIALIZED (
        SELECT id
        FROM (
            SELECT id, received_at
            FROM envelopes
            WHERE id <= (SELECT through FROM apply_progress WHERE single)
            ORDER BY id
            LIMIT $2
        ) AS first
        WHERE received_at < $1
        ORDER BY id
        LIMIT $3
    ), outcome AS (
        DELETE FROM outcomes WHERE envelope_id = ANY(ARRAY(SELECT id FROM gone))
    )
    DELETE FROM envelopes WHERE id = ANY(ARRAY(SELECT id FROM gone))";

/// By the primary key.
pub(crate) const ERASE: &str = "
    WITH looked_at AS MATERIALIZED (
        SELECT id, EXISTS (
            SELECT FROM unnest($3::bytea[]) AS text WHERE position(text IN body) > 0
        ) AS tells
        FROM envelopes
        WHERE id > $1
        ORDER BY id
        LIMIT $2
    ), outcome AS (
        DELETE FROM outcomes
        WHERE envelope_id = ANY(ARRAY(SELECT id FROM looked_at WHERE tells))
    ), envelope AS (
        DELETE FROM envelopes WHERE id = ANY(ARRAY(SELECT id FROM looked_at WHERE tells))
    )
    SELECT max(id) FROM looked_at";

pub(crate) fn drop_old(
    batch: &mut Batch<'_>,
    before: Timestamp,
    envelopes: usize,
) -> Result<u64, StorageError> {
    let looked_at = limit(envelopes.saturating_add(DISORDER));
    batch.change(DROP, &[&before.as_millis(), &looked_at, &limit(envelopes)])
}

pub(crate) fn erase_with(
    batch: &mut Batch<'_>,
    texts: &[Vec<u8>],
    after: EnvelopeId,
    envelopes: usize,
) -> Result<Option<EnvelopeId>, StorageError> {
    let rows = batch.change_and_return(ERASE, &[&after.get(), &limit(envelopes), &texts])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let last: Option<i64> = Stored::new("envelopes", row).get((0, "id"))?;
    Ok(last.map(EnvelopeId::new))
}
