//! What units of work do to the file of envelopes.

use std::sync::LazyLock;

use rusqlite::{Connection, ToSql};
use switchboard_domain::NewEnvelope;
use switchboard_storage::StorageError;

use crate::tx::Tx;

/// One thread writes, so ids are given in the order of commits. Should it fail, nothing of the transaction is kept.
pub(crate) const APPEND: &str = "
    INSERT OR FAIL INTO envelopes (received_at, source, target, headers, body)
    VALUES (?, ?, ?, ?, ?)";

/// Envelopes that one statement appends: what it costs besides the rows, the next id above all, is shared.
const ROWS: usize = 16;

static APPEND_ROWS: LazyLock<String> =
    LazyLock::new(|| APPEND.to_owned() + &", (?, ?, ?, ?, ?)".repeat(ROWS - 1));

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM envelopes
    WHERE id = ?1";

/// By the primary key.
pub(crate) const PROVE: &str = "
    UPDATE proofs
    SET number = number + 1
    WHERE only = 1";

/// What units of work do to the file of envelopes. It is done when they end, because that file has
/// another writer, which must not wait for the rest of their work.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) appended: Vec<NewEnvelope>,
    pub(crate) removed: Vec<i64>,
    /// Whether a unit has to know that the file can be written to.
    pub(crate) is_proof: bool,
}

impl Changes {
    /// Adds what a later unit does.
    pub(crate) fn extend(&mut self, mut later: Self) {
        self.appended.append(&mut later.appended);
        self.removed.append(&mut later.removed);
        self.is_proof |= later.is_proof;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.appended.is_empty() && self.removed.is_empty() && !self.is_proof
    }

    /// Writes them with one commit, or leaves nothing of them. Says how many statements that took.
    pub(crate) fn write(self, file: &Connection) -> Result<u64, StorageError> {
        if self.is_empty() {
            return Ok(0);
        }
        in_one_commit(file, |tx| self.run(tx))
    }

    fn run(&self, tx: &Tx<'_>) -> Result<(), StorageError> {
        append(tx, &self.appended)?;
        let mut delete = tx.prepare(DELETE)?;
        for id in &self.removed {
            delete.execute([id])?;
        }
        if self.is_proof {
            tx.execute(PROVE, [])?;
        }
        Ok(())
    }
}

/// Does something to the file with one commit, or leaves nothing of it. Says how many statements that took.
pub(crate) fn in_one_commit(
    file: &Connection,
    work: impl FnOnce(&Tx<'_>) -> Result<(), StorageError>,
) -> Result<u64, StorageError> {
    let tx = Tx::new(file);
    tx.execute("BEGIN IMMEDIATE", [])?;
    let done = work(&tx).and_then(|()| tx.execute("COMMIT", []));
    // SQLite may have ended it by itself, after an I/O error.
    if done.is_err() && !file.is_autocommit() {
        tx.execute("ROLLBACK", [])?;
    }
    done.map(|_committed| tx.statements())
}

/// Appends envelopes in their order.
pub(crate) fn append(tx: &Tx<'_>, envelopes: &[NewEnvelope]) -> Result<(), StorageError> {
    let mut chunks = envelopes.chunks_exact(ROWS);
    for rows in chunks.by_ref() {
        append_rows(tx, &APPEND_ROWS, rows)?;
    }
    for row in chunks.remainder() {
        append_rows(tx, APPEND, std::slice::from_ref(row))?;
    }
    Ok(())
}

/// Runs a statement that appends so many rows.
fn append_rows(tx: &Tx<'_>, sql: &str, rows: &[NewEnvelope]) -> Result<(), StorageError> {
    let mut values: Vec<&dyn ToSql> = Vec::with_capacity(rows.len() * 5);
    let columns: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.received_at.as_millis(),
                row.source.as_str(),
                row.headers.as_str(),
            )
        })
        .collect();
    for (row, (received_at, source, headers)) in rows.iter().zip(&columns) {
        let row: [&dyn ToSql; 5] = [received_at, source, &row.target, headers, &row.body];
        values.extend(row);
    }
    tx.execute(sql, &*values)?;
    Ok(())
}
