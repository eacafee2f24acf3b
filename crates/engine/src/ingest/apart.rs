//! Envelopes that cannot be applied together: each alone, so that one costs no other.

use std::sync::Arc;

use metrics::counter;
use switchboard_domain::{EnvelopeId, Verdict};
use switchboard_storage::{StorageError, Touches};

use super::apply::Batch;
use super::findings::Findings;
use super::follow::{IngestError, LEASE};
use super::reading::Reading;
use crate::Engine;

/// How often an envelope is tried that the store refuses for its content: what it met may have been somebody
/// else's unit.
const TRIES: usize = 3;

impl Engine {
    /// Applies envelopes one by one. One that the store refuses for its content again and again is set
    /// aside with a finding; it can be replayed. A store that takes nothing is no envelope's fault: that is
    /// the caller's error, and everything after the last envelope that was applied still waits.
    pub(super) async fn apply_apart(
        &self,
        batch: &Batch,
        through: EnvelopeId,
    ) -> Result<(), IngestError> {
        let mut from = through;
        for reading in batch {
            let mut refusal = None;
            for _try in 0..TRIES {
                let alone = Arc::new(vec![reading.clone()]);
                match self.apply_batch(alone, from, reading.envelope).await {
                    Ok(applied) => {
                        self.report(&applied, Some(reading.received_at));
                        refusal = None;
                        break;
                    }
                    Err(IngestError::Storage(error)) if error.is_of_content() => {
                        refusal = Some(error);
                    }
                    Err(error) => return Err(error),
                }
            }
            if let Some(error) = refusal {
                self.set_aside(reading, from, &error).await?;
            }
            from = reading.envelope;
        }
        self.0.work_waits.notify_one();
        Ok(())
    }

    /// Goes on without an envelope, and says why.
    async fn set_aside(
        &self,
        reading: &Reading,
        from: EnvelopeId,
        error: &StorageError,
    ) -> Result<(), IngestError> {
        let (node, now, id) = (self.0.node, self.now(), reading.envelope);
        tracing::error!(envelope = %id, "an envelope cannot be applied and is set aside: {error}");
        let mut findings = Findings::default();
        let problem = format!("it could not be applied: {error}");
        findings.add(0, Verdict::Malformed, &problem, None);
        let outcome = findings.outcome();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                tx.lease_apply(node, now, now.after(LEASE))?
                    .ok_or(IngestError::NotOurs)?;
                if !tx.advance_apply(node, from, id)? {
                    return Err(IngestError::NotOurs);
                }
                Ok::<(), IngestError>(tx.put_outcome(id, outcome.as_ref())?)
            })
            .await?;
        counter!(
            "switchboard_ingest_envelopes_total",
            "source" => reading.vouched.as_str().to_owned(),
            "verdict" => Verdict::Malformed.as_str(),
        )
        .increment(1);
        Ok(())
    }
}
