//! Contacts that were merged into others.

use postgres::Row;
use switchboard_domain::{Contact, ContactId, Merge};
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::contact_details::{read_whole, whole};
use crate::snapshot::Ask;
use crate::stored::{Column, Stored};

/// By the primary key.
pub(crate) const OF_DESTINATION: &str = "
    SELECT destination_id, source, destination, merged_at
    FROM merges
    WHERE destination_id = $1
    ORDER BY merged_at, number";

/// By the primary key.
const PUT: &str = "
    INSERT INTO merges (destination_id, source_id, source, destination, merged_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (destination_id, source_id) DO UPDATE SET
        source = excluded.source,
        destination = excluded.destination,
        merged_at = excluded.merged_at";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM merges
    WHERE destination_id = $1 AND source_id = $2";

pub(crate) fn of(
    server: &mut impl Ask,
    destination: ContactId,
) -> Result<Vec<Merge>, StorageError> {
    let rows = server.ask(OF_DESTINATION, &[&destination.as_uuid()])?;
    rows.iter().map(read).collect()
}

pub(crate) fn put(batch: &mut Batch<'_>, merge: &Merge) -> Result<(), StorageError> {
    batch.change(
        PUT,
        &[
            &merge.destination.id.as_uuid(),
            &merge.source.id.as_uuid(),
            &whole(&merge.source),
            &whole(&merge.destination),
            &merge.merged_at.as_millis(),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(
    batch: &mut Batch<'_>,
    destination: ContactId,
    source: ContactId,
) -> Result<bool, StorageError> {
    let deleted = batch.change(DELETE, &[&destination.as_uuid(), &source.as_uuid()])?;
    Ok(deleted == 1)
}

fn read(row: &Row) -> Result<Merge, StorageError> {
    let row = Stored::new("merges", row);
    Ok(Merge {
        source: contact(&row, (1, "source"))?,
        destination: contact(&row, (2, "destination"))?,
        merged_at: row.moment((3, "merged_at"))?,
    })
}

fn contact(row: &Stored<'_>, column: Column) -> Result<Contact, StorageError> {
    read_whole(row.get(column)?).map_err(|problem| row.unreadable(column, problem))
}
