//! How often things have changed.

use switchboard_storage::{ProofWrites, Revision, StorageError};

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

/// By the primary key. A row of its own, so that no list is read again for it.
pub(crate) const PROVE: &str = "
    INSERT INTO revisions (noun, revision)
    VALUES ('health', 1)
    ON CONFLICT (noun) DO UPDATE SET
        revision = revision + 1";

impl ProofWrites for Tx<'_> {
    fn prove_writable(&mut self) -> Result<(), StorageError> {
        self.envelopes.is_proof = true;
        self.execute(PROVE, []).map(|_changed| ())
    }
}

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
