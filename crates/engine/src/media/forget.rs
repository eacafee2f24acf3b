//! Removing files that nothing needs any more.
//!
//! Whoever erases what a file belongs to orders that in the same unit of work, so that no crash can come
//! between. The file goes if nothing needs it by then: no message, if it is a copy, and nothing that
//! mentions it, if it was handed in.

use std::time::Duration;

use sha2::{Digest, Sha256};
use switchboard_domain::{Job, JobId, JobKind, MessageId, NewJob, RawJson, Timestamp};
use switchboard_storage::{ReadTx, StorageError, Touches, WriteTx};
use uuid::Uuid;

use super::copy::job_of;
use super::intake::is_copy;
use crate::{Engine, FailPoint};

/// How long an order waits for whoever gave it to carry it out.
const WAIT: Duration = Duration::from_mins(1);

/// Lease of a job that removes a file, and the longest time between two tries.
const LEASE: Duration = Duration::from_mins(2);

/// Files that are removed side by side.
const SIDE_BY_SIDE: usize = 8;

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forgotten {
    Yes,
    /// The store did not remove the file; it is asked again.
    NotYet,
}

/// Orders that a file is removed, unless something needs it by then. In the unit of work that erases what
/// needed it so far.
pub(crate) fn forget_file(
    tx: &mut dyn WriteTx,
    key: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    while !tx.put_job(&order(key, now))? {
        // Whoever carries the last order out may have looked before this unit: that does not count.
        if let Some(last) = tx.job(JobKind::ForgetMedia, key)? {
            tx.finish_job(last.id, last.attempts)?;
        }
    }
    Ok(())
}

/// Forgets the files of a message in the unit of work that takes its content away: what is noted of them,
/// the copies, and the jobs that would make copies. Gives the keys of those jobs.
pub(crate) fn forget_files_of(
    tx: &mut dyn WriteTx,
    message: MessageId,
    now: Timestamp,
) -> Result<Vec<String>, StorageError> {
    let mut jobs = Vec::new();
    let copies = tx.media_copies(&[message])?;
    if copies.is_empty() {
        return Ok(jobs);
    }
    tx.delete_media_copies(message)?;
    for copy in copies {
        let key = job_of(&copy);
        if let Some(job) = tx.job(JobKind::CopyMedia, &key)? {
            tx.finish_job(job.id, job.attempts)?;
        }
        jobs.push(key);
        if let Some(file) = &copy.key {
            forget_file(tx, file, now)?;
        }
    }
    Ok(jobs)
}

/// No two orders have the same name, unless they are given at the same moment.
fn order(key: &str, now: Timestamp) -> NewJob {
    let mut hash = Sha256::new();
    hash.update(now.as_millis().to_be_bytes());
    hash.update(key);
    let digest: [u8; 32] = hash.finalize().into();
    let mut name = [0; 16];
    name.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    NewJob {
        id: JobId::from_uuid(Uuid::from_bytes(name)),
        kind: JobKind::ForgetMedia,
        key: key.to_owned(),
        payload: RawJson::empty_object(),
        sealed: None,
        run_at: now.after(WAIT),
    }
}

/// Whether a file may be removed at any moment.
pub(super) fn is_being_forgotten(tx: &mut dyn WriteTx, key: &str) -> Result<bool, StorageError> {
    Ok(tx.job(JobKind::ForgetMedia, key)?.is_some())
}

fn is_needed<T: ReadTx + ?Sized>(tx: &mut T, key: &str) -> Result<bool, StorageError> {
    if is_copy(key) {
        tx.is_media_used(key)
    } else {
        tx.is_mentioned(key)
    }
}

impl Engine {
    /// Removes the files that were ordered to be, and were not by whoever ordered it. Returns how many were
    /// looked at. Called by the workers, and by tests.
    pub async fn forget_media(&self) -> Result<usize, StorageError> {
        self.do_due(
            JobKind::ForgetMedia,
            LEASE,
            SIDE_BY_SIDE,
            |engine, job| async move { engine.forget(job).await.map(drop) },
        )
        .await
    }

    /// Removes every file that was ordered to be, without waiting. `false` if some are left.
    pub(crate) async fn forget_media_now(&self) -> Result<bool, StorageError> {
        let (soon, lease) = (self.now().after(WAIT), self.now().after(LEASE));
        loop {
            let jobs = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.claim_jobs(JobKind::ForgetMedia, soon, lease, SIDE_BY_SIDE)
                })
                .await?;
            if jobs.is_empty() {
                break;
            }
            for job in jobs {
                if self.forget(job).await? == Forgotten::NotYet {
                    return Ok(false);
                }
            }
        }
        let next = self
            .0
            .store
            .read(|tx| tx.next_due(JobKind::ForgetMedia))
            .await?;
        Ok(next.is_none())
    }

    async fn forget(&self, job: Job) -> Result<Forgotten, StorageError> {
        let key = job.key.clone();
        let is_needed = self.0.store.read(move |tx| is_needed(tx, &key)).await?;
        if !is_needed {
            if let Err(error) = self.0.media.store.delete(&job.key).await {
                tracing::warn!("a file that nobody needs cannot be removed yet: {error}");
                return Ok(Forgotten::NotYet);
            }
            self.0.fail_points.reach(FailPoint::EraseFile)?;
        }
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                tx.finish_job(job.id, job.attempts)
            })
            .await?;
        Ok(Forgotten::Yes)
    }
}
