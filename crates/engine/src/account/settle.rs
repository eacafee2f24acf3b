//! Settling: the provider's side of an upstream is made to agree with the store.

use std::time::Duration;

use metrics::counter;
use switchboard_connector::{ConnectError, Connector, Draft, ErrorClass, ProviderError};
use switchboard_domain::{Channel, Job, JobKind, RawJson, Sealed, Timestamp, UpstreamKey};
use switchboard_storage::{StorageError, Touches};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::claim::{bury_claim, end_claims};
use super::{ClaimError, Claims, HELD_UP_TO, Plan};
use crate::Engine;

/// Accounts settled side by side, so that one slow provider does not hold up the others.
const SIDE_BY_SIDE: usize = 8;
/// Wait before settling again what a request holds at the moment.
const HELD_BY_A_REQUEST: Duration = Duration::from_secs(2);
/// First and longest wait after a passing failure; doubled each time.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(5), Duration::from_hours(1));

/// What the store says about an upstream.
enum Wanted {
    Subscribed {
        channel: Box<Channel>,
        sealed: Option<Sealed>,
    },
    Unsubscribed,
}

impl Engine {
    /// Settles every account that is due, and those whose claims have expired. Returns how many
    /// were looked at. Called by the workers, and by tests.
    pub async fn settle_accounts(&self) -> Result<usize, StorageError> {
        self.bury_expired_claims().await?;
        let mut settled = 0;
        loop {
            let (now, lease) = (self.now(), self.now().after(HELD_UP_TO * 2));
            let jobs = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.claim_jobs(JobKind::SettleAccount, now, lease, SIDE_BY_SIDE)
                })
                .await?;
            if jobs.is_empty() {
                return Ok(settled);
            }
            settled += jobs.len();
            let mut tasks = JoinSet::new();
            for job in jobs {
                let engine = self.clone();
                tasks.spawn(async move { engine.settle(job).await });
            }
            for outcome in tasks.join_all().await {
                outcome?;
            }
        }
    }

    async fn bury_expired_claims(&self) -> Result<(), StorageError> {
        let now = self.now();
        let ids: Vec<_> = (0..SIDE_BY_SIDE * 8)
            .map(|_| self.random_job_id())
            .collect();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let lease = now.after(HELD_UP_TO);
                let dead = tx.claim_jobs(JobKind::ClaimAccount, now, lease, ids.len())?;
                for (claim, settle) in dead.iter().zip(&ids) {
                    bury_claim(tx, claim, *settle, now)?;
                }
                Ok(())
            })
            .await
    }

    async fn settle(&self, job: Job) -> Result<(), StorageError> {
        let plan = Plan::of_job(&job.key, &job.payload, job.sealed.clone());
        let connector = plan.as_ref().and_then(|plan| self.connector(&plan.source));
        let (Some(plan), Some(connector)) = (plan, connector) else {
            tracing::error!(
                upstream = job.key,
                "nothing is known that could settle {}",
                job.key
            );
            return self.end_settling(job, None, End::Done).await;
        };
        let deadline = Instant::now() + HELD_BY_A_REQUEST;
        let claims = match self.claim(plan.channel, vec![plan.clone()], deadline).await {
            Ok(claims) => claims,
            Err(ClaimError::Busy) => {
                let again = self.now().after(HELD_BY_A_REQUEST);
                return self.end_settling(job, None, End::Again(again)).await;
            }
            Err(ClaimError::Storage(error)) => return Err(error),
        };
        let wanted = self.wanted(plan.upstream.clone()).await?;
        let outcome = self.agree(connector, &plan, &wanted).await;
        let end = match outcome {
            Ok(facts) => End::Agreed(wanted, facts),
            Err(error) if error.class.is_transient() => {
                End::Again(self.now().after(backoff(job.attempts)))
            }
            Err(error) => {
                tracing::warn!(
                    source = %plan.source,
                    channel.id = %plan.channel,
                    upstream = plan.upstream.as_str(),
                    class = error.class.as_str(),
                    "the provider's side of {} cannot be settled: {error}",
                    plan.upstream.as_str()
                );
                End::Done
            }
        };
        self.end_settling(job, Some(claims), end).await
    }

    async fn wanted(&self, upstream: UpstreamKey) -> Result<Wanted, StorageError> {
        self.0
            .store
            .read(move |tx| {
                let Some(channel) = tx.channels_of_upstream(&upstream)?.into_iter().next() else {
                    return Ok(Wanted::Unsubscribed);
                };
                let sealed = tx.credentials(channel.id)?;
                Ok(Wanted::Subscribed {
                    channel: Box::new(channel),
                    sealed,
                })
            })
            .await
    }

    /// Makes the provider's side agree; returns new facts of a subscribed account.
    async fn agree(
        &self,
        connector: &dyn Connector,
        plan: &Plan,
        wanted: &Wanted,
    ) -> Result<Option<RawJson>, ProviderError> {
        let open = |channel, sealed: &Option<Sealed>| {
            let opened = sealed
                .as_ref()
                .map(|sealed| self.0.vault.open(channel, sealed));
            opened
                .transpose()
                .map_err(|e| ProviderError::refused(ErrorClass::Reauth, e.to_string()))
        };
        match wanted {
            Wanted::Unsubscribed => {
                let account = plan.account(open(plan.channel, &plan.sealed)?);
                match connector
                    .unsubscribe(&self.context(connector), &account)
                    .await
                {
                    Err(error) if means_gone(&error) => Ok(None),
                    outcome => outcome.map(|()| None),
                }
            }
            Wanted::Subscribed { channel, sealed } => {
                let connector = self.connector(&channel.source).ok_or_else(|| {
                    ProviderError::refused(ErrorClass::Config, "the source is not part of this hub")
                })?;
                let draft = Draft {
                    source_channel_id: channel.source_channel_id.clone(),
                    name: channel.name.clone(),
                    image_url: channel.image_url.clone(),
                    upstream: channel.upstream.clone(),
                    credentials: open(channel.id, sealed)?,
                    facts: channel.facts.clone(),
                };
                let cx = self.context(connector);
                match connector.subscribe(&cx, &draft, Some(&channel.facts)).await {
                    Ok(facts) => Ok(Some(facts)),
                    Err(ConnectError::Provider(error)) => Err(error),
                    Err(other) => Err(ProviderError::refused(
                        ErrorClass::Config,
                        other.to_string(),
                    )),
                }
            }
        }
    }

    async fn end_settling(
        &self,
        job: Job,
        claims: Option<Claims>,
        end: End,
    ) -> Result<(), StorageError> {
        counter!("switchboard_accounts_settled_total", "outcome" => end.as_str()).increment(1);
        let held = claims.as_ref().map(Claims::jobs).unwrap_or_default();
        let ended = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                end_claims(tx, &held)?;
                match &end {
                    End::Again(run_at) => tx.reschedule_job(job.id, job.attempts, *run_at)?,
                    End::Done | End::Agreed(..) => tx.finish_job(job.id, job.attempts)?,
                };
                if let End::Agreed(Wanted::Subscribed { channel, .. }, Some(facts)) = &end
                    && channel.facts != *facts
                    && let Some(now) = tx.channel(channel.id)?
                {
                    tx.put_channel(&Channel {
                        facts: facts.clone(),
                        ..now
                    })?;
                }
                Ok::<(), ClaimError>(())
            })
            .await;
        drop(claims);
        match ended {
            // Somebody else has taken over, and settles.
            Ok(()) | Err(ClaimError::Busy) => Ok(()),
            Err(ClaimError::Storage(error)) => Err(error),
        }
    }
}

/// How settling an account ended.
enum End {
    Agreed(Wanted, Option<RawJson>),
    Again(Timestamp),
    Done,
}

impl End {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Agreed(..) => "agreed",
            Self::Again(_) => "again",
            Self::Done => "given_up",
        }
    }
}

/// Whether the provider says that the credentials are dead, so that nothing is left to be undone with
/// them. Nothing else counts: a hub that is set up wrongly must not forget how to unsubscribe.
pub(crate) const fn means_gone(error: &ProviderError) -> bool {
    matches!(error.class, ErrorClass::Reauth)
}

/// Wait before attempt number `attempts` + 1: 5 s, 10 s, 20 s, … at most an hour.
fn backoff(attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    BACKOFF.0.saturating_mul(1 << doublings).min(BACKOFF.1)
}
