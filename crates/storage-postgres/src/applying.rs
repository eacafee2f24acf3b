//! How far envelopes have been applied, and which node applies them.

use postgres::Row;
use switchboard_domain::{ApplyProgress, EnvelopeId, NodeId, Timestamp};
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::snapshot::Ask;
use crate::stored::Stored;

/// One row, both ends of the primary key, and the first entry of it that waits.
pub(crate) const PROGRESS: &str = "
    SELECT through,
           greatest(through, (SELECT id FROM envelopes ORDER BY id DESC LIMIT 1)),
           (SELECT received_at FROM envelopes WHERE id > through ORDER BY id LIMIT 1)
    FROM apply_progress
    WHERE single";

/// Of several nodes that try at the same time, the second waits and then looks again.
pub(crate) const LEASE: &str = "
    UPDATE apply_progress
    SET node = $1, lease_until = $3
    WHERE single AND (node IS NULL OR node = $1 OR lease_until <= $2)
    RETURNING through";

pub(crate) const RELEASE: &str = "
    UPDATE apply_progress
    SET node = NULL
    WHERE single AND node = $1";

/// Held until the commit: who has lost the lease meanwhile finds another node in the row.
pub(crate) const ADVANCE: &str = "
    UPDATE apply_progress
    SET through = $3
    WHERE single AND node = $1 AND through = $2";

pub(crate) fn progress(server: &mut impl Ask) -> Result<ApplyProgress, StorageError> {
    server
        .first(PROGRESS, &[], read)?
        .ok_or_else(|| StorageError::Inconsistent {
            table: "apply_progress",
            column: "single",
            row: "true".to_owned(),
            // The migration puts it there, and nothing removes it.
            problem: "the row is missing".to_owned(),
        })
}

pub(crate) fn lease(
    batch: &mut Batch<'_>,
    node: NodeId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<EnvelopeId>, StorageError> {
    let rows = batch.change_and_return(
        LEASE,
        &[&node.as_uuid(), &now.as_millis(), &until.as_millis()],
    )?;
    rows.first()
        .map(|row| {
            let through = Stored::new("apply_progress", row).get((0, "through"))?;
            Ok(EnvelopeId::new(through))
        })
        .transpose()
}

pub(crate) fn release(batch: &mut Batch<'_>, node: NodeId) -> Result<(), StorageError> {
    batch.change(RELEASE, &[&node.as_uuid()])?;
    Ok(())
}

pub(crate) fn advance(
    batch: &mut Batch<'_>,
    node: NodeId,
    from: EnvelopeId,
    to: EnvelopeId,
) -> Result<bool, StorageError> {
    let advanced = batch.change(ADVANCE, &[&node.as_uuid(), &from.get(), &to.get()])?;
    Ok(advanced == 1)
}

fn read(row: &Row) -> Result<ApplyProgress, StorageError> {
    let row = Stored::new("apply_progress", row);
    Ok(ApplyProgress {
        through: EnvelopeId::new(row.get((0, "through"))?),
        newest: EnvelopeId::new(row.get((1, "through"))?),
        waiting_since: row.maybe_moment((2, "received_at"))?,
    })
}
