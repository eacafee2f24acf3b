//! The thread that keeps what providers send.
//!
//! It has the file of envelopes to itself but for the few moments in which the thread that writes removes
//! some, so what it answers waits for one append and one flush, whatever else is going on.

use metrics::counter;
use rusqlite::Connection;
use switchboard_storage::{StorageError, Verdict, WriteQueue, WriteUnit};

use crate::envelope_changes::Changes;
use crate::tx::Tx;

type Unit = Box<dyn WriteUnit>;

/// Serves the queue until it is closed and empty.
pub(crate) fn serve(envelopes: &Connection, queue: &WriteQueue) {
    while let Some(batch) = queue.next_batch() {
        keep(envelopes, batch);
    }
}

/// Keeps all of a batch with one commit, or if that fails each with its own.
fn keep(envelopes: &Connection, mut batch: Vec<Unit>) {
    match commit(envelopes, &mut batch) {
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
            for mut unit in batch {
                let outcome = commit(envelopes, std::slice::from_mut(&mut unit));
                unit.finish(outcome);
            }
        }
    }
}

fn commit(envelopes: &Connection, batch: &mut [Unit]) -> Result<(), StorageError> {
    let mut changes = Changes::default();
    for unit in batch {
        let mut tx = Tx::new(envelopes);
        if unit.run(&mut tx) == Verdict::Commit {
            changes.extend(tx.envelopes);
        }
    }
    let statements = changes.write(envelopes)?;
    counter!("switchboard_store_statements_total").increment(statements);
    counter!("switchboard_store_commits_total").increment(1);
    Ok(())
}
