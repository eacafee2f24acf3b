//! How often things have changed.

use switchboard_storage::{Revision, StorageError};

use crate::tx::Tx;

/// The row of the channels.
pub(crate) const CHANNELS: &str = "channels";

/// By the primary key.
pub(crate) const CURRENT: &str = "
    SELECT noun, revision
    FROM revisions
    WHERE noun = ?1";

/// By the primary key.
pub(crate) const ADVANCE: &str = "
    UPDATE revisions
    SET revision = revision + 1
    WHERE noun = ?1";

pub(crate) fn current(tx: &Tx<'_>, noun: &'static str) -> Result<Revision, StorageError> {
    tx.first("revisions", CURRENT, [noun], |row| {
        row.integer((1, "revision"))
    })?
    .map(Revision)
    .ok_or_else(|| missing(noun))
}

pub(crate) fn advance(tx: &Tx<'_>, noun: &'static str) -> Result<(), StorageError> {
    match tx.execute(ADVANCE, [noun])? {
        0 => Err(missing(noun)),
        _ => Ok(()),
    }
}

/// Migrations put the row there, and nothing removes it.
fn missing(noun: &'static str) -> StorageError {
    StorageError::Inconsistent {
        table: "revisions",
        column: "noun",
        row: noun.to_owned(),
        problem: "the row is missing".to_owned(),
    }
}
