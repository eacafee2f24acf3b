//! What the hub does without being asked.

use std::time::Duration;

use switchboard_domain::JobKind;
use switchboard_storage::{StorageError, Touches, Writers};
use tokio_util::sync::CancellationToken;

use crate::Engine;

/// Longest time between two looks at the jobs; wake-ups only shorten it.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl Engine {
    /// Works until `shutdown`: settles accounts that are due.
    pub async fn run_workers(&self, shutdown: CancellationToken) {
        if let Err(error) = self.begin_alone().await {
            tracing::warn!("left-over claims could not be looked at yet: {error}");
        }
        loop {
            if let Err(error) = self.settle_accounts().await {
                tracing::warn!("accounts could not be settled, trying again: {error}");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.0.work_waits.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Where no other process can be using the store, every claim was left behind by one that died.
    pub async fn begin_alone(&self) -> Result<(), StorageError> {
        if self.0.store.writers() != Writers::ThisProcessAlone {
            return Ok(());
        }
        let now = self.now();
        let left = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
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
