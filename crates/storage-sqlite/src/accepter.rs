//! The thread that keeps what providers send.
//!
//! It has the file of envelopes to itself but for the few moments in which the thread that writes removes
//! some, so what it answers waits for one append and one flush, whatever else is going on.

use metrics::counter;
use rusqlite::Connection;
use switchboard_domain::NewEnvelope;
use switchboard_storage::{AcceptQueue, Arrival, StorageError};

use crate::envelope_changes;

/// Serves the queue until it is closed and empty.
pub(crate) fn serve(envelopes: &Connection, queue: &AcceptQueue) {
    while let Some(batch) = queue.next_batch() {
        keep(envelopes, batch);
    }
}

/// Keeps all of a batch with one commit, or if that fails each with its own.
fn keep(file: &Connection, batch: Vec<Arrival>) {
    let (envelopes, callers) = Arrival::apart(batch);
    match commit(file, &envelopes) {
        Ok(()) => {
            for caller in callers {
                caller.tell(Ok(()));
            }
        }
        Err(error) => {
            tracing::warn!(
                envelopes = envelopes.len(),
                "a batch could not be committed, each of its envelopes is tried alone: {error}"
            );
            for (envelope, caller) in envelopes.iter().zip(callers) {
                caller.tell(commit(file, std::slice::from_ref(envelope)));
            }
        }
    }
}

fn commit(file: &Connection, envelopes: &[NewEnvelope]) -> Result<(), StorageError> {
    let statements =
        envelope_changes::in_one_commit(file, |tx| envelope_changes::append(tx, envelopes))?;
    counter!("switchboard_store_statements_total").increment(statements);
    counter!("switchboard_store_commits_total").increment(1);
    Ok(())
}
