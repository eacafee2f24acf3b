//! Echoes of messages that a send of ours may still claim.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::{
    EnvelopeId, Job, JobId, JobKind, NewJob, ProviderKey, RawJson, Timestamp,
};
use switchboard_storage::{StorageError, Touches};

use super::apply::apply;
use crate::Engine;

/// How long an echo waits for the answer to the send that caused it. Instagram's echoes can come
/// before that answer.
const WAIT: Duration = Duration::from_secs(10);

/// Lease of a job that imports.
const LEASE: Duration = Duration::from_mins(1);

/// Jobs taken at a time.
const AT_A_TIME: usize = 32;

/// The job that imports an echo which nobody has claimed.
pub(super) fn job(key: ProviderKey, envelope: EnvelopeId, now: Timestamp) -> NewJob {
    NewJob {
        id: JobId::from_uuid(key.as_uuid()),
        kind: JobKind::ImportEcho,
        key: key.as_uuid().to_string(),
        payload: RawJson::from_checked(json!({ "envelope": envelope.get() }).to_string()),
        sealed: None,
        run_at: now.after(WAIT),
    }
}

impl Engine {
    /// Imports the echoes that have waited long enough. Returns how many were looked at.
    pub async fn import_echoes(&self) -> Result<usize, StorageError> {
        let mut looked_at = 0;
        loop {
            let (now, lease) = (self.now(), self.now().after(LEASE));
            let jobs = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.claim_jobs(JobKind::ImportEcho, now, lease, AT_A_TIME)
                })
                .await?;
            if jobs.is_empty() {
                return Ok(looked_at);
            }
            looked_at += jobs.len();
            for job in jobs {
                self.import_echo(job).await?;
            }
        }
    }

    /// Applies the echo's envelope once more, this time without waiting. Everything else in it is
    /// there already.
    async fn import_echo(&self, job: Job) -> Result<(), StorageError> {
        let envelope = envelope_of(&job);
        let read = self
            .0
            .store
            .read(move |tx| match envelope {
                Some(id) => tx.envelope(id),
                None => Ok(None),
            })
            .await?;
        let batch: Vec<_> = read
            .iter()
            .map(|envelope| self.read_envelope(envelope))
            .collect();
        let mut applying = self.applying();
        applying.imports_echoes = true;
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if tx.finish_job(job.id, job.attempts)? && !batch.is_empty() {
                    apply(tx, &applying, &batch)?;
                }
                Ok::<(), StorageError>(())
            })
            .await
    }
}

fn envelope_of(job: &Job) -> Option<EnvelopeId> {
    let payload: Value = serde_json::from_str(job.payload.as_str()).ok()?;
    payload.get("envelope")?.as_i64().map(EnvelopeId::new)
}
