//! Locks on what has no row yet.

use switchboard_storage::StorageError;
use uuid::Uuid;

use crate::batch::Batch;
use crate::snapshot::Ask;

/// Tells the locks on conversations from others.
pub(crate) const CONVERSATION: i32 = 5319;

/// Tells the locks on contacts from others.
pub(crate) const CONTACT: i32 = 5320;

/// In the order of the numbers, so that nodes do not wait for each other in a circle.
const TAKE: &str = "
    SELECT pg_advisory_xact_lock($1, number)
    FROM unnest($2::integer[]) WITH ORDINALITY AS absent (number, place)
    ORDER BY place";

/// Locks ids until the transaction ends.
pub(crate) fn take(batch: &mut Batch<'_>, class: i32, ids: &[Uuid]) -> Result<(), StorageError> {
    let mut numbers: Vec<i32> = ids.iter().map(number_of).collect();
    numbers.sort_unstable();
    batch.ask(TAKE, &[&class, &numbers])?;
    Ok(())
}

/// Ids are digests or random, so their beginning is as good as any hash. Two that share it wait for each
/// other without need.
pub(crate) fn number_of(id: &Uuid) -> i32 {
    let (beginning, _, _, _) = id.as_fields();
    i32::from_ne_bytes(beginning.to_ne_bytes())
}
