//! Applying an envelope again, through what its connector understands today.

use std::collections::BTreeMap;

use switchboard_domain::{EnvelopeId, MessageId, Verdict};
use switchboard_storage::{StorageError, Touches};

use super::apply::{Applied, apply};
use super::findings::{Finding, Findings};
use crate::Engine;

/// What replaying an envelope changed, or would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// What it comes to today.
    pub verdict: Verdict,
    /// What was found about its entries.
    pub findings: Vec<Finding>,
    /// Messages that were not there.
    pub messages: Vec<MessageId>,
    /// Messages that were there already.
    pub duplicates: u64,
    /// Other things that changed.
    pub changes: Vec<Change>,
}

/// Things of one kind that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What: `reactions`, `metadata`.
    pub what: &'static str,
    /// How many.
    pub count: u64,
}

/// Whether a replay is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// What it changes stays.
    Real,
    /// Nothing changes.
    Dry,
}

/// An envelope was not replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// No envelope has that id, or it was removed when its time was over.
    #[error("there is no envelope {0}")]
    Unknown(EnvelopeId),
    /// It has not been applied for the first time.
    #[error("envelope {0} waits to be applied; replay it afterwards")]
    Waiting(EnvelopeId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A unit of work that is undone on purpose, with what it would have done.
enum Undone {
    DryRun(Box<Applied>),
    Storage(StorageError),
}

impl From<StorageError> for Undone {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Engine {
    /// Applies an envelope again. Idempotent: what is there already stays as it is. A dry run
    /// changes nothing and says what would.
    pub async fn replay_envelope(&self, id: EnvelopeId, run: Run) -> Result<Replayed, ReplayError> {
        let (envelope, progress) = self
            .0
            .store
            .read(move |tx| Ok::<_, StorageError>((tx.envelope(id)?, tx.apply_progress()?)))
            .await?;
        let envelope = envelope.ok_or(ReplayError::Unknown(id))?;
        if progress.through < id {
            return Err(ReplayError::Waiting(id));
        }
        let batch = vec![self.read_envelope(&envelope)];
        let applying = self.applying();
        let outcome = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                let applied = apply(tx, &applying, &batch)?;
                if run == Run::Dry {
                    return Err(Undone::DryRun(Box::new(applied)));
                }
                if let Some((_, _, findings)) = applied.findings.first() {
                    tx.put_outcome(id, findings.outcome().as_ref())?;
                }
                Ok(applied)
            })
            .await;
        let applied = match outcome {
            Ok(applied) => applied,
            Err(Undone::DryRun(applied)) => *applied,
            Err(Undone::Storage(error)) => return Err(error.into()),
        };
        if applied.has_jobs && run == Run::Real {
            self.0.work_waits.notify_one();
        }
        Ok(replayed(applied))
    }
}

fn replayed(applied: Applied) -> Replayed {
    let Applied {
        findings,
        added,
        duplicates,
        changed,
        has_jobs: _,
    } = applied;
    let findings = findings
        .into_iter()
        .next()
        .map_or_else(Findings::default, |(_, _, findings)| findings);
    let outcome = findings.outcome();
    Replayed {
        verdict: findings.verdict(),
        findings: outcome.map_or_else(Vec::new, |outcome| Findings::parse(&outcome.findings)),
        messages: added,
        duplicates,
        changes: as_changes(changed),
    }
}

fn as_changes(changed: BTreeMap<&'static str, u64>) -> Vec<Change> {
    changed
        .into_iter()
        .map(|(what, count)| Change { what, count })
        .collect()
}
