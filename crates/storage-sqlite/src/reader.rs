//! The threads that read.

use metrics::counter;
use rusqlite::Connection;
use switchboard_storage::{Asks, ReadQueue, ReadUnit, StorageError};

use crate::tx::Tx;

/// Serves the queue until it is closed and empty.
pub(crate) fn serve(connection: &Connection, queue: &ReadQueue) {
    while let Some(unit) = queue.next() {
        read(connection, unit);
    }
}

/// Runs a unit in a transaction, so that all it reads is of one moment. A single statement is that
/// by itself.
fn read(connection: &Connection, unit: Box<dyn ReadUnit>) {
    if unit.asks() == Asks::Once {
        run(connection, unit);
        return;
    }
    if let Err(error) = execute(connection, "BEGIN DEFERRED") {
        unit.fail(StorageError::unavailable(error));
        return;
    }
    run(connection, unit);
    // SQLite may have ended it by itself, after an I/O error.
    if !connection.is_autocommit()
        && let Err(error) = execute(connection, "COMMIT")
    {
        tracing::error!("a transaction that only read could not be ended: {error}");
    }
}

fn run(connection: &Connection, unit: Box<dyn ReadUnit>) {
    let mut tx = Tx::new(connection);
    unit.run(&mut tx);
    counter!("switchboard_store_statements_total").increment(tx.statements());
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute([])
}
