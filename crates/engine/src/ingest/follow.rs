//! Applying envelopes as they come, in their order.

use std::sync::Arc;
use std::time::Duration;

use switchboard_domain::{EnvelopeId, Timestamp};
use switchboard_storage::{StorageError, Touches, Writers};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::apply::{Applied, Applying, Batch, apply};
use super::pace::{Pace, TOGETHER, Work};
use crate::{Engine, FailPoint};

/// Bodies that are read at a time, in bytes.
const BYTES: u64 = 4 * 1024 * 1024;

/// Envelopes that are understood before others have their turn on the same thread: half a millisecond's.
const AT_A_STRETCH: usize = 64;

/// How long a node applies envelopes without renewing that. Renewed with each unit of work.
pub(super) const LEASE: Duration = Duration::from_secs(15);

/// Longest time between two looks where this process alone accepts envelopes; wake-ups shorten it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The same where other nodes accept envelopes too.
const LOOK_EVERY_AMONG_MANY: Duration = Duration::from_millis(100);

/// First and longest wait after the store has failed; doubled each time. New envelopes do not shorten it.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// So much leaves the store with memory and logs that it gives back when there is nothing to do.
const BUSY: usize = 1000;

/// Time between two reports of how much waits, while there is work without end.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Envelopes were not applied this time.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Another node applies them.
    #[error("another node applies envelopes")]
    NotOurs,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A node's place in the queue of envelopes.
#[derive(Debug, Default)]
pub(crate) struct Follow {
    /// How far they have been applied, as far as this node knows; `None` if it has to ask.
    through: Option<EnvelopeId>,
    /// What was read ahead, after `through`.
    ahead: Batch,
    pace: Pace,
    /// Envelopes that were applied since the store has rested.
    since_rest: usize,
    /// When the lag was last told.
    told_at: Option<Instant>,
}

impl Follow {
    /// Whether it is time to tell how much waits.
    fn has_to_tell(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.told_at.is_none_or(|told| now - told >= TELL_EVERY);
        if is_due {
            self.told_at = Some(now);
        }
        is_due
    }
}

impl Engine {
    /// Applies envelopes until `shutdown`, if no other node does.
    pub(crate) async fn follow_envelopes(&self, shutdown: CancellationToken) {
        let wait = match self.0.store.writers() {
            Writers::ThisProcessAlone => LOOK_EVERY,
            Writers::ManyNodes => LOOK_EVERY_AMONG_MANY,
        };
        let mut follow = Follow::default();
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let outcome = self.apply_next(&mut follow).await;
            if !matches!(outcome, Err(IngestError::Storage(_))) {
                failures = 0;
            }
            match outcome {
                Ok(0) | Err(IngestError::NotOurs) => {
                    follow.pace.catches_up();
                    self.report_lag().await;
                }
                Ok(number) => {
                    follow.since_rest = follow.since_rest.saturating_add(number);
                    if follow.has_to_tell() {
                        self.report_lag().await;
                    }
                    self.pause(&mut follow.pace).await;
                    continue;
                }
                Err(IngestError::Storage(error)) => {
                    tracing::error!("envelopes could not be applied, trying again: {error}");
                    let wait = BACKOFF.0.saturating_mul(1 << failures.min(16));
                    failures += 1;
                    tokio::select! {
                        () = shutdown.cancelled() => break,
                        () = tokio::time::sleep(wait.min(BACKOFF.1)) => continue,
                    }
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = self.0.envelopes_wait.notified() => {}
                () = tokio::time::sleep(wait) => self.rest(&mut follow).await,
            }
        }
        let node = self.0.node;
        let released = self
            .0
            .store
            .write(Touches::nothing(), move |tx| tx.release_apply(node))
            .await;
        if let Err(error) = released {
            tracing::debug!("the lease was not given back, it runs out: {error}");
        }
    }

    /// Applies everything that waits. Returns how many envelopes that was. For tests and for a start.
    pub async fn apply_envelopes(&self) -> Result<usize, IngestError> {
        let mut follow = Follow::default();
        let mut applied = 0;
        loop {
            match self.apply_next(&mut follow).await? {
                0 => return Ok(applied),
                some => applied += some,
            }
        }
    }

    /// Applies the next few envelopes, while those after them are being read. Returns how many.
    async fn apply_next(&self, follow: &mut Follow) -> Result<usize, IngestError> {
        let through = match follow.through {
            Some(through) => through,
            None => self.lease().await?,
        };
        follow.through = None;
        let batch = match std::mem::take(&mut follow.ahead) {
            ahead if ahead.is_empty() => self.read_after(through).await?,
            ahead => ahead,
        };
        let Some(last) = batch.last() else {
            follow.through = Some(through);
            return Ok(0);
        };
        let to = last.envelope;
        let oldest = batch.first().map(|first| first.received_at);
        self.0.fail_points.reach(FailPoint::ApplyRead)?;
        let number = batch.len();
        let (begun, before) = (Instant::now(), self.0.arrivals.total());
        let batch = Arc::new(batch);
        let applying = self.apply_batch(Arc::clone(&batch), through, to);
        let (applied, ahead) = if number < TOGETHER {
            (applying.await, Ok(Batch::new()))
        } else {
            // While the store applies these, the next ones are read and understood.
            tokio::join!(applying, self.read_after(to))
        };
        let applied = match applied {
            Err(IngestError::Storage(error)) => {
                tracing::warn!(
                    "envelopes cannot be applied together, each is tried alone: {error}"
                );
                self.apply_apart(&batch, through).await?;
                return Ok(number);
            }
            applied => applied?,
        };
        follow.pace.applied(Work {
            envelopes: number,
            took: begun.elapsed(),
            kept: self.0.arrivals.total().saturating_sub(before),
        });
        self.0.fail_points.reach(FailPoint::ApplyCommitted)?;
        self.0.envelopes_applied.notify_waiters();
        self.report(&applied, oldest);
        if applied.has_jobs {
            self.0.work_waits.notify_one();
        }
        follow.through = Some(to);
        follow.ahead = ahead.unwrap_or_default();
        Ok(number)
    }

    /// Nothing has come for a while: lets the store rest if there was much to do.
    async fn rest(&self, follow: &mut Follow) {
        follow.pace.forgets();
        if follow.since_rest < BUSY {
            return;
        }
        follow.since_rest = 0;
        let rested = self.0.store.write(Touches::nothing(), |tx| tx.rest()).await;
        if let Err(error) = rested {
            tracing::debug!("the store could not rest: {error}");
        }
    }

    async fn lease(&self) -> Result<EnvelopeId, IngestError> {
        let (node, now) = (self.0.node, self.now());
        let ended_by = match self.0.store.writers() {
            // Whoever else holds the lease is dead, whatever the clock says meanwhile.
            Writers::ThisProcessAlone => Timestamp::from_millis(i64::MAX),
            Writers::ManyNodes => now,
        };
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                tx.lease_apply(node, ended_by, now.after(LEASE))?
                    .ok_or(IngestError::NotOurs)
            })
            .await
    }

    /// Reads the next few envelopes, and understands them.
    async fn read_after(&self, after: EnvelopeId) -> Result<Batch, StorageError> {
        let envelopes = self
            .0
            .store
            .read_one(move |tx| tx.envelopes_after(after, TOGETHER, BYTES))
            .await?;
        let mut batch = Batch::with_capacity(envelopes.len());
        for some in envelopes.chunks(AT_A_STRETCH) {
            batch.extend(some.iter().map(|envelope| self.read_envelope(envelope)));
            tokio::task::yield_now().await;
        }
        Ok(batch)
    }

    pub(super) async fn apply_batch(
        &self,
        batch: Arc<Batch>,
        from: EnvelopeId,
        to: EnvelopeId,
    ) -> Result<Applied, IngestError> {
        let (node, now, applying) = (self.0.node, self.now(), self.applying());
        let fail_points = self.0.fail_points.clone();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                tx.lease_apply(node, now, now.after(LEASE))?
                    .ok_or(IngestError::NotOurs)?;
                if !tx.advance_apply(node, from, to)? {
                    return Err(IngestError::NotOurs);
                }
                let applied = apply(tx, &applying, &batch)?;
                for (id, _, findings) in &applied.findings {
                    if let Some(outcome) = findings.outcome() {
                        tx.put_outcome(*id, Some(&outcome))?;
                    }
                }
                fail_points.reach(FailPoint::ApplyInUnit)?;
                Ok(applied)
            })
            .await
    }

    pub(crate) fn applying(&self) -> Applying {
        Applying {
            now: self.now(),
            policies: self.0.media.policies.clone(),
            imports_echoes: false,
        }
    }
}
