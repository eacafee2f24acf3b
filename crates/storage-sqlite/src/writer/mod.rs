//! The thread that writes.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Instant;

use metrics::counter;
use rusqlite::Connection;
use switchboard_storage::{StorageError, Verdict, WriteQueue, WriteUnit, works_behind_others};

use crate::after::After;
use crate::connection;
use crate::envelope_changes::Changes;
use crate::leftovers::{File, Sweep};
use crate::lock::Lock;
use crate::log_mover::LogMover;
use crate::recent::Gatherer;
use crate::scrub::{Scrub, empty_log, rest};
use crate::tx::Tx;

type Unit = Box<dyn WriteUnit>;

/// The files as the thread that writes has them open.
#[derive(Debug)]
pub(crate) struct Files {
    /// Reads envelopes as well.
    pub(crate) database: Connection,
    pub(crate) envelopes: Connection,
    /// Where the database lies.
    pub(crate) path: PathBuf,
    /// Of the database.
    pub(crate) log: LogMover,
    /// For messages in the database.
    pub(crate) gatherer: Gatherer,
}

/// What units of work leave to be done beside their transaction.
#[derive(Debug, Default)]
struct Beside {
    envelopes: Changes,
    /// How many messages were added.
    recent: u64,
    after: After,
}

/// What the thread that writes owns.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) files: Files,
    /// The other threads. They end before the writer does: the last one to close a database empties its
    /// log, and only who can write can do that.
    pub(crate) others: Vec<JoinHandle<()>>,
    /// Given back last.
    pub(crate) lock: Lock,
}

impl Writer {
    /// Serves the queue until it is closed and empty, then lets go of the database. Nearly all that it does is
    /// what was answered already, so it leaves the processors to those who answer.
    pub(crate) fn serve(self, queue: &WriteQueue) {
        works_behind_others();
        let mut scrub = Scrub::from(Instant::now());
        while let Some(batch) = queue.next_batch() {
            write(&self.files, batch, &mut scrub);
            scrub.run_if_due(&self.files, Instant::now());
        }
        self.files.log.wait();
        for other in self.others {
            if other.join().is_err() {
                tracing::error!("a thread that uses SQLite panicked");
            }
        }
        // The connection to the database reads envelopes too, so it is closed first.
        for connection in [self.files.database, self.files.envelopes] {
            if let Err(error) = empty_log(&connection) {
                tracing::warn!("a log of SQLite was not emptied, the next start does it: {error}");
            }
            if let Err((_connection, error)) = connection.close() {
                tracing::warn!("a connection to SQLite was not closed cleanly: {error}");
            }
        }
        drop(self.lock);
    }
}

/// Runs a batch and answers it: with one commit, or if that fails with one for each unit.
fn write(files: &Files, mut batch: Vec<Unit>, scrub: &mut Scrub) {
    match together(files, &mut batch, scrub) {
        Ok(after) => {
            let problem = sweep(files, after.sweeps, scrub)
                .err()
                .map(|error| error.to_string());
            for unit in batch {
                unit.finish(match &problem {
                    None => Ok(()),
                    Some(problem) => Err(StorageError::unavailable(problem.as_str())),
                });
            }
            if after.rests {
                rest(files);
            }
        }
        Err(error) => {
            tracing::warn!(
                units = batch.len(),
                "a batch could not be committed, each of its units is tried alone: {error}"
            );
            one_by_one(files, batch, scrub);
        }
    }
}

/// All units in one transaction, each in a savepoint unless it is the only one. After an error nothing
/// of any is left.
fn together(files: &Files, batch: &mut [Unit], scrub: &mut Scrub) -> Result<After, StorageError> {
    let connection = &files.database;
    let mut beside = Beside::default();
    begin(connection)?;
    if let [unit] = batch {
        let verdict = run(connection, unit, scrub, &mut beside);
        return end(files, Ok(verdict), beside);
    }
    let ran = batch
        .iter_mut()
        .try_for_each(|unit| in_savepoint(connection, unit, scrub, &mut beside));
    end(files, ran.map(|()| Verdict::Commit), beside)
}

/// Where SQLite ends the whole transaction by itself (disk full, I/O error), the savepoint is gone
/// with it, and the next statement fails.
fn in_savepoint(
    connection: &Connection,
    unit: &mut Unit,
    scrub: &mut Scrub,
    beside: &mut Beside,
) -> Result<(), StorageError> {
    execute(connection, "SAVEPOINT unit")?;
    if run(connection, unit, scrub, beside) == Verdict::RollBack {
        execute(connection, "ROLLBACK TO unit")?;
    }
    execute(connection, "RELEASE unit")
}

/// Each unit in a transaction of its own.
fn one_by_one(files: &Files, batch: Vec<Unit>, scrub: &mut Scrub) {
    let mut units = batch.into_iter();
    while let Some(mut unit) = units.next() {
        if let Err(error) = begin(&files.database) {
            // Another try would wait again for whoever holds the database.
            let problem = error.to_string();
            unit.finish(Err(error));
            units.for_each(|unit| unit.finish(Err(StorageError::unavailable(problem.as_str()))));
            return;
        }
        let mut beside = Beside::default();
        let verdict = run(&files.database, &mut unit, scrub, &mut beside);
        let ended = end(files, Ok(verdict), beside);
        let rests = ended.as_ref().is_ok_and(|after| after.rests);
        unit.finish(ended.and_then(|after| sweep(files, after.sweeps, scrub)));
        if rests {
            rest(files);
        }
    }
}

/// Sweeps what units have asked for, once they are committed. After an error the callers are told that it
/// was not done; what they have written stands.
fn sweep(files: &Files, sweeps: Vec<Sweep>, scrub: &mut Scrub) -> Result<(), StorageError> {
    for sweep in sweeps {
        let found = match sweep.file {
            // The connection that writes reads envelopes as well.
            File::Database => connection::tending(&files.path)
                .map_err(StorageError::unavailable)
                .and_then(|database| sweep.run(&database)),
            File::Envelopes => sweep.run(&files.envelopes),
        };
        if found? {
            scrub.wanted();
        }
    }
    Ok(())
}

/// Runs a unit, and gathers what it leaves to be done if that is to be kept.
fn run(
    connection: &Connection,
    unit: &mut Unit,
    scrub: &mut Scrub,
    beside: &mut Beside,
) -> Verdict {
    let mut tx = Tx::new(connection);
    let verdict = unit.run(&mut tx);
    counter!("switchboard_store_statements_total").increment(tx.statements());
    if verdict == Verdict::Commit {
        if tx.secrets_erased {
            scrub.wanted();
        }
        beside.envelopes.extend(tx.envelopes);
        beside.recent = beside.recent.saturating_add(tx.recent);
        beside.after.extend(tx.after);
    }
    verdict
}

fn begin(connection: &Connection) -> Result<(), StorageError> {
    execute(connection, "BEGIN IMMEDIATE")
}

/// Ends a transaction as `verdict` says; gives what is to be done then. After an error nothing of it is
/// left in the database.
///
/// Envelopes come first. If this process dies in between, they are gone or there too early, and the
/// same units may be done once more; the other way round an erasure would be said to be done that was
/// not.
fn end(
    files: &Files,
    verdict: Result<Verdict, StorageError>,
    beside: Beside,
) -> Result<After, StorageError> {
    let connection = &files.database;
    let ended = verdict.and_then(|verdict| match verdict {
        Verdict::Commit => {
            if !beside.envelopes.is_empty() {
                let statements = beside.envelopes.write(&files.envelopes)?;
                counter!("switchboard_store_statements_total").increment(statements);
            }
            let recent = files.gatherer.gather(connection, beside.recent)?;
            counter!("switchboard_store_commits_total").increment(1);
            execute(connection, "COMMIT")?;
            files.gatherer.keep(recent);
            Ok(beside.after)
        }
        Verdict::RollBack => undo(connection).map(|()| After::default()),
    });
    if ended.is_err()
        && let Err(error) = undo(connection)
    {
        tracing::error!("a failed transaction could not be undone: {error}");
    }
    ended
}

/// Ends a transaction without a trace, unless SQLite has done so already.
fn undo(connection: &Connection) -> Result<(), StorageError> {
    if connection.is_autocommit() {
        return Ok(());
    }
    execute(connection, "ROLLBACK")
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(StorageError::unavailable)
}

#[cfg(test)]
mod tests;
