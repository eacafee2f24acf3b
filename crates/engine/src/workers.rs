//! What the hub does without being asked.

use std::time::Duration;

use switchboard_domain::{JobKind, Timestamp};
use switchboard_storage::{StorageError, Touches, Writers};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::Engine;

/// Longest time between two looks at the jobs; wake-ups only shorten it.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Jobs that whoever died may have been doing. Claims of accounts are counted apart.
const LEFT_ALONE: [JobKind; 6] = [
    JobKind::CopyMedia,
    JobKind::FetchProfile,
    JobKind::ImportEcho,
    JobKind::EraseContact,
    JobKind::FinishErasure,
    JobKind::ForgetMedia,
];

impl Engine {
    /// Works until `shutdown`: applies envelopes, and does the jobs that are due. Jobs of one kind do
    /// not wait for those of another.
    pub async fn run_workers(&self, shutdown: CancellationToken) {
        if let Err(error) = self.begin_alone().await {
            tracing::warn!("left-over claims could not be looked at yet: {error}");
        }
        let bells: [Notify; 6] = std::array::from_fn(|_| Notify::new());
        let [accounts, echoes, files, profiles, people, leftovers] = &bells;
        let stop = &shutdown;
        // What takes long ends at once: its jobs are done again.
        let copy = || until_stopped(stop, self.copy_media());
        let ask = || until_stopped(stop, self.fetch_profiles());
        let erase = || until_stopped(stop, self.erase_contacts());
        let forget = || until_stopped(stop, self.forget_media());
        tokio::join!(
            self.follow_envelopes(shutdown.clone()),
            self.pass_on_wake_ups(&bells, stop),
            work("accounts could not be settled", accounts, stop, || self
                .settle_accounts()),
            work("echoes could not be imported", echoes, stop, || self
                .import_echoes()),
            work("files could not be copied", files, stop, copy),
            work("contacts could not be asked for", profiles, stop, ask),
            work("somebody could not be erased", people, stop, erase),
            work("files could not be removed", leftovers, stop, forget),
            self.keep_tidy(stop),
        );
    }

    /// Removes what is old, now and then.
    async fn keep_tidy(&self, shutdown: &CancellationToken) {
        loop {
            if let Err(error) = self.drop_what_is_old().await {
                tracing::warn!("what is old could not be removed, trying again: {error}");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(Self::looks_for_what_is_old_every()) => {}
            }
        }
    }

    /// Whoever puts jobs wakes one; this wakes all.
    async fn pass_on_wake_ups(&self, bells: &[Notify], shutdown: &CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.0.work_waits.notified() => bells.iter().for_each(Notify::notify_one),
            }
        }
    }

    /// Where no other process can be using the store, every claim was left behind by one that died.
    pub async fn begin_alone(&self) -> Result<(), StorageError> {
        if self.0.store.writers() != Writers::ThisProcessAlone {
            return Ok(());
        }
        let (now, node) = (self.now(), self.0.node);
        let left = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                for kind in LEFT_ALONE {
                    tx.expire_leases(kind, now)?;
                }
                // Whoever applied envelopes before is dead, and its lease with it.
                let end_of_time = Timestamp::from_millis(i64::MAX);
                tx.lease_apply(node, end_of_time, now)?;
                let claims = tx.expire_leases(JobKind::ClaimAccount, now)?;
                Ok::<u64, StorageError>(claims + tx.expire_leases(JobKind::SettleAccount, now)?)
            })
            .await?;
        if left > 0 {
            tracing::info!(
                "{left} accounts are looked at, which were being changed when the hub stopped"
            );
        }
        Ok(())
    }
}

/// Does one kind of work until `shutdown`, whenever it is woken or has not looked for a while.
async fn work<F>(failure: &str, bell: &Notify, shutdown: &CancellationToken, pass: impl Fn() -> F)
where
    F: Future<Output = Result<usize, StorageError>>,
{
    loop {
        if let Err(error) = pass().await {
            tracing::warn!("{failure}, trying again: {error}");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Works, but not beyond `shutdown`.
async fn until_stopped(
    shutdown: &CancellationToken,
    pass: impl Future<Output = Result<usize, StorageError>>,
) -> Result<usize, StorageError> {
    tokio::select! {
        () = shutdown.cancelled() => Ok(0),
        done = pass => done,
    }
}
