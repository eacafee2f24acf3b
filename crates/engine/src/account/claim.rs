//! Claiming an upstream: a lock among all nodes that cleans up after whoever dies holding it.

use std::time::Duration;

use switchboard_domain::{ChannelId, Job, JobId, JobKind, NewJob, RawJson, Timestamp};
use switchboard_storage::{StorageError, Touches, WriteTx};
use tokio::time::Instant;

use super::Plan;
use super::lock::HeldLocks;
use crate::Engine;
use crate::engine::REQUEST_BUDGET;

/// How long a claim holds. Longer than any request may talk to a provider, with a margin for the
/// commit and for clocks that differ between nodes.
pub(crate) const HELD_UP_TO: Duration = REQUEST_BUDGET.saturating_add(Duration::from_secs(15));
/// Shortest and longest wait before asking again for a claim that another node holds.
const ASK_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// The account is being changed by somebody else, or the store did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClaimError {
    #[error("the account is being changed by another request")]
    Busy,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Claims that are held. Letting them fall without [`end_claims`] leaves them to be settled once
/// they expire.
#[derive(Debug)]
pub(crate) struct Claims {
    held: Vec<JobId>,
    #[expect(dead_code, reason = "held for their Drop")]
    locks: HeldLocks,
}

impl Claims {
    /// The jobs to finish in the unit that ends the claims; see [`end_claims`].
    pub(crate) fn jobs(&self) -> Vec<JobId> {
        self.held.clone()
    }
}

/// Ends claims, in the unit of work that makes the store agree with what was done.
///
/// Fails with [`ClaimError::Busy`] if one expired and somebody else has taken over.
pub(crate) fn end_claims(tx: &mut dyn WriteTx, jobs: &[JobId]) -> Result<(), ClaimError> {
    for job in jobs {
        if !tx.finish_job(*job, 0)? {
            return Err(ClaimError::Busy);
        }
    }
    Ok(())
}

/// Notes that the provider's side of an upstream has to be looked at. One note per upstream is
/// enough: settling looks at the store.
pub(crate) fn put_settle(
    tx: &mut dyn WriteTx,
    id: JobId,
    plan: &Plan,
    run_at: Timestamp,
) -> Result<(), StorageError> {
    let job = NewJob {
        id,
        kind: JobKind::SettleAccount,
        key: plan.upstream.as_str().to_owned(),
        payload: plan.to_payload(),
        sealed: plan.sealed.clone(),
        run_at,
    };
    tx.put_job(&job).map(|_is_first| ())
}

/// Forgets that an upstream has to be looked at: the provider's side and the store agree now.
pub(crate) fn drop_settle(tx: &mut dyn WriteTx, upstream: &str) -> Result<(), StorageError> {
    if let Some(job) = tx.job(JobKind::SettleAccount, upstream)? {
        tx.finish_job(job.id, job.attempts)?;
    }
    Ok(())
}

/// Turns a claim whose holder must be dead into a note to settle.
pub(crate) fn bury_claim(
    tx: &mut dyn WriteTx,
    claim: &Job,
    settle: JobId,
    now: Timestamp,
) -> Result<(), StorageError> {
    if let Some(plan) = Plan::of_job(&claim.key, &claim.payload, claim.sealed.clone()) {
        put_settle(tx, settle, &plan, now)?;
    }
    tx.finish_job(claim.id, claim.attempts)?;
    Ok(())
}

impl Engine {
    /// Claims a channel and the upstreams of `plans`, waiting for others until `deadline`.
    pub(crate) async fn claim(
        &self,
        channel: ChannelId,
        plans: Vec<Plan>,
        deadline: Instant,
    ) -> Result<Claims, ClaimError> {
        let mut wanted: Vec<(String, Option<Plan>)> = plans
            .into_iter()
            .map(|plan| (plan.upstream.as_str().to_owned(), Some(plan)))
            .collect();
        wanted.push((format!("channel:{channel}"), None));
        wanted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        wanted.dedup_by(|(one, _), (other, _)| one == other);

        let keys: Vec<String> = wanted.iter().map(|(key, _)| key.clone()).collect();
        let locks = tokio::time::timeout_at(deadline, self.0.locks.hold(&keys))
            .await
            .map_err(|_elapsed| ClaimError::Busy)?;
        let mut wait = ASK_AGAIN.0;
        loop {
            match self.try_claim(wanted.clone()).await {
                Ok(held) => return Ok(Claims { held, locks }),
                Err(ClaimError::Busy) if Instant::now() + wait < deadline => {
                    self.0.pause.pause(wait).await;
                    wait = (wait * 2).min(ASK_AGAIN.1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn try_claim(
        &self,
        wanted: Vec<(String, Option<Plan>)>,
    ) -> Result<Vec<JobId>, ClaimError> {
        let now = self.now();
        let run_at = now.after(HELD_UP_TO);
        let claims: Vec<(NewJob, JobId)> = wanted
            .into_iter()
            .map(|(key, plan)| {
                let job = NewJob {
                    id: self.random_job_id(),
                    kind: JobKind::ClaimAccount,
                    key,
                    payload: plan
                        .as_ref()
                        .map_or_else(RawJson::empty_object, Plan::to_payload),
                    sealed: plan.and_then(|plan| plan.sealed),
                    run_at,
                };
                (job, self.random_job_id())
            })
            .collect();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                for (claim, settle) in &claims {
                    if tx.put_job(claim)? {
                        continue;
                    }
                    let former = tx.job(JobKind::ClaimAccount, &claim.key)?;
                    let Some(former) = former.filter(|former| former.run_at <= now) else {
                        return Err(ClaimError::Busy);
                    };
                    bury_claim(tx, &former, *settle, now)?;
                    if !tx.put_job(claim)? {
                        return Err(ClaimError::Busy);
                    }
                }
                Ok(claims.iter().map(|(claim, _)| claim.id).collect())
            })
            .await
    }

    /// Ends claims after something went wrong; `unclear` are the plans whose effect on the
    /// provider's side nobody knows.
    pub(crate) async fn give_up(&self, claims: Claims, unclear: Vec<Plan>) {
        let jobs = claims.jobs();
        let now = self.now();
        let unclear: Vec<(JobId, Plan)> = unclear
            .into_iter()
            .map(|plan| (self.random_job_id(), plan))
            .collect();
        let wake = !unclear.is_empty();
        let ended = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                end_claims(tx, &jobs)?;
                for (id, plan) in &unclear {
                    put_settle(tx, *id, plan, now)?;
                }
                Ok::<(), ClaimError>(())
            })
            .await;
        if let Err(error) = ended {
            tracing::warn!(
                "a claim could not be ended and will be settled when it expires: {error}"
            );
        } else if wake {
            self.0.work_waits.notify_one();
        }
    }

    pub(crate) fn random_job_id(&self) -> JobId {
        JobId::from_uuid(self.0.chance.uuid())
    }
}
