//! Jobs that are due, done side by side.

use std::time::Duration;

use switchboard_connector::ProviderError;
use switchboard_domain::{Chance, Job, JobKind};
use switchboard_storage::{StorageError, Touches};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::Engine;

/// First and longest wait after a passing failure; doubled each time.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(10), Duration::from_hours(1));

/// So many attempts take about a day.
pub(crate) const MOST_ATTEMPTS: u32 = 32;

/// Passes over the jobs of one kind, of which this process makes one at a time.
#[derive(Debug, Default)]
pub(crate) struct Passes {
    pub(crate) copying: Mutex<()>,
    pub(crate) asking: Mutex<()>,
    pub(crate) erasing: Mutex<()>,
}

impl Engine {
    /// Does every job of a kind that is due, up to `at_a_time` side by side. Returns how many.
    pub(crate) async fn do_due<F>(
        &self,
        kind: JobKind,
        lease: Duration,
        at_a_time: usize,
        work: impl Fn(Self, Job) -> F,
    ) -> Result<usize, StorageError>
    where
        F: Future<Output = Result<(), StorageError>> + Send + 'static,
    {
        let mut running = JoinSet::new();
        let mut begun = 0;
        let mut failed = None;
        loop {
            if failed.is_none() {
                let free = at_a_time - running.len();
                match self.claim_due(kind, lease, free).await {
                    Ok(jobs) => {
                        begun += jobs.len();
                        let tasks = jobs.into_iter().map(|job| work(self.clone(), job));
                        tasks.for_each(|task| drop(running.spawn(task)));
                    }
                    Err(error) => failed = Some(error),
                }
            }
            match running.join_next().await {
                None => break,
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(error))) => failed = Some(error),
                Some(Err(panicked)) => {
                    tracing::error!(
                        "a job of the kind {} ended early: {panicked}",
                        kind.as_str()
                    );
                    failed = Some(StorageError::Panicked);
                }
            }
        }
        failed.map_or(Ok(begun), Err)
    }

    async fn claim_due(
        &self,
        kind: JobKind,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Job>, StorageError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                tx.claim_jobs(kind, now, now.after(lease), limit)
            })
            .await
    }
}

/// How long a job waits after a passing failure: 10 s, 20 s, 40 s, … at most an hour, and up to half as
/// much again by chance, so that jobs that failed together do not come back together.
pub(crate) fn wait(job: &Job, error: &ProviderError, chance: &dyn Chance) -> Duration {
    let doublings = job.attempts.saturating_sub(1).min(16);
    let wait = BACKOFF.0.saturating_mul(1 << doublings).min(BACKOFF.1);
    let percent = u32::try_from(chance.number() % 50).unwrap_or_default();
    let jitter = wait.saturating_mul(percent) / 100;
    error
        .retry_after
        .unwrap_or_default()
        .max(wait.saturating_add(jitter))
}

#[cfg(test)]
mod tests {
    use switchboard_connector::ErrorClass;
    use switchboard_domain::{FixedChance, JobId, RawJson, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn waits(attempts: u32, retry_after: Option<Duration>) -> Duration {
        let job = Job {
            id: JobId::from_uuid(Uuid::nil()),
            kind: JobKind::CopyMedia,
            key: String::new(),
            payload: RawJson::empty_object(),
            sealed: None,
            run_at: Timestamp::from_millis(0),
            attempts,
        };
        let error = ProviderError {
            retry_after,
            ..ProviderError::refused(ErrorClass::Retry, "No.")
        };
        wait(&job, &error, &FixedChance::seeded(u64::from(attempts)))
    }

    #[test]
    fn waits_grow_to_an_hour_and_all_of_them_take_about_a_day() {
        let all: Duration = (1..MOST_ATTEMPTS)
            .map(|attempts| waits(attempts, None))
            .sum();

        assert!(waits(1, None) < Duration::from_secs(15));
        assert!(waits(9, None) < Duration::from_mins(90));
        assert!(waits(9, None) >= Duration::from_mins(42));
        let day = Duration::from_hours(24);
        assert!(
            (day..day + Duration::from_hours(12)).contains(&all),
            "{all:?}"
        );
    }

    #[test]
    fn a_provider_that_says_when_is_obeyed() {
        let asked = Duration::from_hours(3);

        assert_eq!(waits(1, Some(asked)), asked);
        assert!(waits(20, Some(Duration::from_secs(1))) >= Duration::from_hours(1));
    }
}
