//! Erasing a person: all that they wrote, all that was noted about them, their files, and the raw calls
//! that speak of them.
//!
//! Whoever asks for it writes a job down and waits; the workers do it (`erasing.rs`), and go on
//! after a crash. A second job sees that nothing is left outside of the rows (`erased.rs`).

use std::time::Duration;

use switchboard_domain::{ContactId, JobId, JobKind, NewJob, RawJson, Timestamp};
use switchboard_storage::{ReadTx, StorageError, Touches};

use super::ContactError;
use crate::{Engine, FailPoint};

/// Time between two looks at whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Engine {
    /// Erases a contact with all its conversations, their messages, files and everything noted about them,
    /// what was merged into it, and the raw calls that mention one of its handles. Returns when that is
    /// done; once it has begun, it is done whether anybody waits or not.
    pub async fn erase_contact(&self, id: ContactId) -> Result<(), ContactError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if tx.contact(id)?.is_some() {
                    tx.put_job(&job(JobKind::EraseContact, id, now))?;
                } else if !is_under_way(tx, id)? {
                    return Err(ContactError::Unknown);
                }
                Ok(())
            })
            .await?;
        self.0.fail_points.reach(FailPoint::EraseOrdered)?;
        self.0.work_waits.notify_one();
        let is_under_way = || self.0.store.read(move |tx| is_under_way(tx, id));
        while is_under_way().await? {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Erases those who are to be, as far as that was written down. Returns how many steps that took.
    /// Called by the workers, and by tests.
    pub async fn erase_contacts(&self) -> Result<usize, StorageError> {
        let _alone = self.0.passes.erasing.lock().await;
        Ok(self.do_erasing().await? + self.do_finishing().await?)
    }
}

/// A step of erasing somebody.
pub(super) fn job(kind: JobKind, id: ContactId, now: Timestamp) -> NewJob {
    let step = match kind {
        JobKind::EraseContact => b'e',
        _ => b'f',
    };
    let mut name = *id.as_uuid().as_bytes();
    // Jobs of different kinds have different names.
    name[0] ^= step;
    NewJob {
        id: JobId::from_uuid(uuid::Uuid::from_bytes(name)),
        kind,
        key: id.to_string(),
        payload: RawJson::empty_object(),
        sealed: None,
        run_at: now,
    }
}

/// Whether somebody is being erased, or is and something of them may be left in files.
fn is_under_way<T: ReadTx + ?Sized>(tx: &mut T, id: ContactId) -> Result<bool, StorageError> {
    let is_finishing = tx.job(JobKind::FinishErasure, &id.to_string())?.is_some();
    Ok(is_finishing || is_to_be_erased(tx, id)?)
}

/// Whether a contact is to be erased: nothing else may become of it until then.
pub(super) fn is_to_be_erased<T: ReadTx + ?Sized>(
    tx: &mut T,
    id: ContactId,
) -> Result<bool, StorageError> {
    Ok(tx.job(JobKind::EraseContact, &id.to_string())?.is_some())
}
