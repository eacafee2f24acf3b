//! The job that sees that nothing of a person who is erased is left outside of the rows: no files, and no
//! bytes between the rows.

use std::time::Duration;

use switchboard_domain::{Job, JobKind};
use switchboard_storage::{StorageError, Swept, Touches};

use super::erasing::LEASE;
use crate::{Engine, FailPoint};

/// Pieces of the database that are looked at in one unit of work: so few that nobody waits for
/// it noticeably.
const PIECES: usize = 256;

/// How long a job waits for files that the media store does not remove.
const AGAIN: Duration = Duration::from_secs(5);

impl Engine {
    /// Finishes what was erased. Returns how many persons that was.
    pub(super) async fn do_finishing(&self) -> Result<usize, StorageError> {
        self.do_due(JobKind::FinishErasure, LEASE, 1, |engine, job| async move {
            let finished = engine.finish_erasure(&job).await;
            engine.tried(&job, finished).await
        })
        .await
    }

    async fn finish_erasure(&self, job: &Job) -> Result<(), StorageError> {
        if !self.forget_media_now().await? {
            let (id, attempts, again) = (job.id, job.attempts, self.now().after(AGAIN));
            return self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.reschedule_job(id, attempts, again)
                })
                .await
                .map(drop);
        }
        self.sweep().await?;
        self.0.fail_points.reach(FailPoint::EraseDone)?;
        self.end(job).await
    }

    /// Overwrites what rows that were erased have left beside those that are there, in many small units of
    /// work.
    async fn sweep(&self) -> Result<(), StorageError> {
        let mut swept = Some(Swept::NOTHING);
        while let Some(from) = swept {
            swept = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.overwrite_leftovers(from, PIECES)
                })
                .await?;
        }
        Ok(())
    }
}
