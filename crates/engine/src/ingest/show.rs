//! Showing operators what arrived.

use switchboard_domain::{
    ApplyProgress, Envelope, EnvelopeFilter, EnvelopeHead, EnvelopeId, Outcome, Verdict,
};
use switchboard_storage::StorageError;

use super::replay::ReplayError;
use crate::Engine;

/// A page of envelopes.
#[derive(Clone, Debug)]
pub struct Envelopes {
    /// The envelopes, newest first.
    pub envelopes: Vec<EnvelopeHead>,
    /// How far envelopes have been applied.
    pub progress: ApplyProgress,
    /// Whether older ones follow.
    pub has_more: bool,
}

/// An envelope with what became of it.
#[derive(Clone, Debug)]
pub struct EnvelopeView {
    /// What was received.
    pub envelope: Envelope,
    /// What became of it.
    pub verdict: Verdict,
    /// What was written down about that.
    pub outcome: Option<Outcome>,
}

/// What became of an envelope.
pub fn verdict_of(id: EnvelopeId, outcome: Option<&Outcome>, progress: ApplyProgress) -> Verdict {
    if id > progress.through {
        return Verdict::Waiting;
    }
    outcome.map_or(Verdict::Applied, |outcome| outcome.verdict)
}

impl Engine {
    /// Envelopes that pass `filter`, newest first, beginning below `before`.
    pub async fn list_envelopes(
        &self,
        filter: EnvelopeFilter,
        before: Option<EnvelopeId>,
        page_size: usize,
    ) -> Result<Envelopes, StorageError> {
        self.0
            .store
            .read(move |tx| {
                let mut envelopes = tx.envelope_heads(&filter, before, page_size + 1)?;
                let has_more = envelopes.len() > page_size;
                envelopes.truncate(page_size);
                Ok(Envelopes {
                    envelopes,
                    progress: tx.apply_progress()?,
                    has_more,
                })
            })
            .await
    }

    /// One envelope, with its raw body.
    pub async fn envelope(&self, id: EnvelopeId) -> Result<EnvelopeView, ReplayError> {
        self.0
            .store
            .read(move |tx| {
                let envelope = tx.envelope(id)?.ok_or(ReplayError::Unknown(id))?;
                let outcome = tx.outcome(id)?;
                let progress = tx.apply_progress()?;
                Ok(EnvelopeView {
                    verdict: verdict_of(id, outcome.as_ref(), progress),
                    envelope,
                    outcome,
                })
            })
            .await
    }
}
