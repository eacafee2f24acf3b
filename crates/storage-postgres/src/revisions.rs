//! How often things have changed.

use postgres::Row;
use switchboard_storage::{ProofWrites, Revision, StorageError};

use crate::batch::Batch;
use crate::snapshot::Ask;
use crate::stored::Stored;

/// The row of the channels.
pub(crate) const CHANNELS: &str = "channels";

/// By the primary key.
pub(crate) const CURRENT: &str = "
    SELECT noun, revision
    FROM revisions
    WHERE noun = $1";

/// By the primary key. The caller holds the lock of the event log, which is taken before this row on
/// every node.
pub(crate) const ADVANCE_CHANNELS: &str = "
    UPDATE revisions
    SET revision = revision + 1
    WHERE noun = 'channels'";

/// By the primary key. A row of its own, so that no list is read again for it.
pub(crate) const PROVE: &str = "
    INSERT INTO revisions AS proof (noun, revision)
    VALUES ('health', 1)
    ON CONFLICT (noun) DO UPDATE SET
        revision = proof.revision + 1";

impl ProofWrites for Batch<'_> {
    fn prove_writable(&mut self) -> Result<(), StorageError> {
        self.change(PROVE, &[]).map(|_changed| ())
    }
}

pub(crate) fn current(server: &mut impl Ask, noun: &'static str) -> Result<Revision, StorageError> {
    server
        .first(CURRENT, &[&noun], read)?
        .ok_or_else(|| StorageError::Inconsistent {
            table: "revisions",
            column: "noun",
            row: noun.to_owned(),
            // Migrations put the row there, and nothing removes it.
            problem: "the row is missing".to_owned(),
        })
}

fn read(row: &Row) -> Result<Revision, StorageError> {
    Stored::new("revisions", row)
        .get((1, "revision"))
        .map(Revision)
}
