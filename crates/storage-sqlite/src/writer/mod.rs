//! The thread that writes.

use std::thread::JoinHandle;
use std::time::Instant;

use metrics::counter;
use rusqlite::Connection;
use switchboard_storage::{StorageError, Verdict, WriteQueue, WriteUnit};

use crate::lock::Lock;
use crate::scrub::{Scrub, empty_log};
use crate::tx::Tx;

type Unit = Box<dyn WriteUnit>;

/// What the thread that writes owns.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    /// The threads that read. They end before the writer does: the last one to close a database
    /// empties its log, and only who can write can do that.
    pub(crate) readers: Vec<JoinHandle<()>>,
    /// Given back last.
    pub(crate) lock: Lock,
}

impl Writer {
    /// Serves the queue until it is closed and empty, then lets go of the database.
    pub(crate) fn serve(self, queue: &WriteQueue) {
        let mut scrub = Scrub::from(Instant::now());
        while let Some(batch) = queue.next_batch() {
            write(&self.connection, batch, &mut scrub);
            scrub.run_if_due(&self.connection, Instant::now());
        }
        for reader in self.readers {
            if reader.join().is_err() {
                tracing::error!("a thread that reads from SQLite panicked");
            }
        }
        if let Err(error) = empty_log(&self.connection) {
            tracing::warn!("the log of SQLite was not emptied, the next start does it: {error}");
        }
        if let Err((_connection, error)) = self.connection.close() {
            tracing::warn!("the connection to SQLite was not closed cleanly: {error}");
        }
        drop(self.lock);
    }
}

/// Runs a batch and answers it: with one commit, or if that fails with one for each unit.
fn write(connection: &Connection, mut batch: Vec<Unit>, scrub: &mut Scrub) {
    match together(connection, &mut batch, scrub) {
        Ok(()) => {
            for unit in batch {
                unit.finish(Ok(()));
            }
        }
        Err(error) => {
            tracing::warn!(
                units = batch.len(),
                "a batch could not be committed, each of its units is tried alone: {error}"
            );
            one_by_one(connection, batch, scrub);
        }
    }
}

/// All units in one transaction, each in a savepoint unless it is the only one. After an error nothing
/// of any is left.
fn together(
    connection: &Connection,
    batch: &mut [Unit],
    scrub: &mut Scrub,
) -> rusqlite::Result<()> {
    begin(connection)?;
    if let [unit] = batch {
        let verdict = run(connection, unit, scrub);
        return end(connection, Ok(verdict));
    }
    let ran = batch
        .iter_mut()
        .try_for_each(|unit| in_savepoint(connection, unit, scrub));
    end(connection, ran.map(|()| Verdict::Commit))
}

/// Where SQLite ends the whole transaction by itself (disk full, I/O error), the savepoint is gone
/// with it, and the next statement fails.
fn in_savepoint(
    connection: &Connection,
    unit: &mut Unit,
    scrub: &mut Scrub,
) -> rusqlite::Result<()> {
    execute(connection, "SAVEPOINT unit")?;
    if run(connection, unit, scrub) == Verdict::RollBack {
        execute(connection, "ROLLBACK TO unit")?;
    }
    execute(connection, "RELEASE unit")
}

/// Each unit in a transaction of its own.
fn one_by_one(connection: &Connection, batch: Vec<Unit>, scrub: &mut Scrub) {
    let mut units = batch.into_iter();
    while let Some(mut unit) = units.next() {
        if let Err(error) = begin(connection) {
            // Another try would wait again for whoever holds the database.
            let problem = error.to_string();
            unit.finish(Err(StorageError::unavailable(error)));
            units.for_each(|unit| unit.finish(Err(StorageError::unavailable(problem.as_str()))));
            return;
        }
        let verdict = run(connection, &mut unit, scrub);
        let outcome = end(connection, Ok(verdict));
        unit.finish(outcome.map_err(StorageError::unavailable));
    }
}

fn run(connection: &Connection, unit: &mut Unit, scrub: &mut Scrub) -> Verdict {
    let mut tx = Tx::new(connection);
    let verdict = unit.run(&mut tx);
    counter!("switchboard_store_statements_total").increment(tx.statements());
    if tx.secrets_erased && verdict == Verdict::Commit {
        scrub.wanted();
    }
    verdict
}

fn begin(connection: &Connection) -> rusqlite::Result<()> {
    execute(connection, "BEGIN IMMEDIATE")
}

/// Ends a transaction as `verdict` says. After an error nothing of it is left.
fn end(connection: &Connection, verdict: rusqlite::Result<Verdict>) -> rusqlite::Result<()> {
    let ended = verdict.and_then(|verdict| match verdict {
        Verdict::Commit => {
            counter!("switchboard_store_commits_total").increment(1);
            execute(connection, "COMMIT")
        }
        Verdict::RollBack => undo(connection),
    });
    if ended.is_err()
        && let Err(error) = undo(connection)
    {
        tracing::error!("a failed transaction could not be undone: {error}");
    }
    ended
}

/// Ends a transaction without a trace, unless SQLite has done so already.
fn undo(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() {
        return Ok(());
    }
    execute(connection, "ROLLBACK")
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests;
