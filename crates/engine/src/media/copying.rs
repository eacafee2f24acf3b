//! Copying the files that messages link to, and pictures of those who write, before the links expire.

use std::time::Duration;

use futures_util::StreamExt as _;
use metrics::counter;
use switchboard_connector::{ErrorClass, ProviderError};
use switchboard_domain::{
    Channel, EventBody, EventKind, Job, JobKind, MediaCopy, NewEvent, NewJob, Sealed, Source,
    Timestamp,
};
use switchboard_storage::{ReadTx, StorageError, Touches, WriteTx};

use super::copy::Order;
use super::forget::{forget_file, is_being_forgotten};
use super::intake::{Intake, IntakeError, Kept, What};
use crate::due::{self, MOST_ATTEMPTS};
use crate::{Engine, FailPoint};

/// Files that are copied side by side, so that one slow provider does not hold up the others.
const SIDE_BY_SIDE: usize = 8;

/// Longest time for one file.
const TIME: Duration = Duration::from_mins(5);

/// Lease of a job that copies: longer than it may take.
const LEASE: Duration = Duration::from_mins(6);

/// How long a file waits for an equal one that is being removed.
const AGAIN: Duration = Duration::from_secs(10);

/// So many attempts, an hour or more apart, take at least a week: so long a file waits for somebody to
/// connect the account again, or to correct the configuration.
const UNTIL_SOMEBODY_MENDS_IT: u32 = 180;

/// What has to be known to copy a file.
struct Wanted {
    note: MediaCopy,
    channel: Channel,
    sealed: Option<Sealed>,
}

impl Engine {
    /// Copies every file that is due. Returns how many were looked at. Called by the workers, and by
    /// tests.
    pub async fn copy_media(&self) -> Result<usize, StorageError> {
        let _alone = self.0.passes.copying.lock().await;
        self.do_due(
            JobKind::CopyMedia,
            LEASE,
            SIDE_BY_SIDE,
            |engine, job| async move { engine.copy_file(job).await },
        )
        .await
    }

    async fn copy_file(&self, job: Job) -> Result<(), StorageError> {
        let order = Order::of(&job);
        let asked = order.clone();
        let wanted = self
            .0
            .store
            .read(move |tx| match asked {
                Some(order) => wanted(tx, &order),
                None => Ok(None),
            })
            .await?;
        let Some(wanted) = wanted else {
            return self.end_copying(job, None).await;
        };
        let source = wanted.channel.source.clone();
        let outcome = tokio::time::timeout(TIME, self.take_in(&wanted))
            .await
            .unwrap_or_else(|_elapsed| {
                Err(ProviderError::refused(
                    ErrorClass::Retry,
                    "the file did not arrive within 5 minutes",
                ))
            });
        match outcome {
            Ok(kept) => {
                self.0.fail_points.reach(FailPoint::MediaCopied)?;
                count(&source, "copied");
                self.note_copy(job, wanted.note, kept).await
            }
            Err(error) => self.note_failure(job, wanted, &error).await,
        }
    }

    /// Fetches a file from its provider into the media store.
    async fn take_in(&self, wanted: &Wanted) -> Result<Kept, ProviderError> {
        let Wanted {
            note,
            channel,
            sealed,
        } = wanted;
        let mut file = self
            .fetch_media(channel, sealed.as_ref(), &note.link)
            .await?;
        let media = &self.0.media;
        if file.size.is_some_and(|size| size > media.max_bytes) {
            return Err(IntakeError::TooLarge(media.max_bytes).into());
        }
        let mut intake = Intake::begin(&*media.store, media.max_bytes).await?;
        while let Some(piece) = file.pieces.next().await {
            intake.take(piece?).await?;
        }
        let content_type = file.content_type.as_deref();
        Ok(intake.keep(What::Copy { content_type }).await?)
    }

    /// Notes where a file lies now, unless its message has been erased meanwhile.
    async fn note_copy(&self, job: Job, note: MediaCopy, kept: Kept) -> Result<(), StorageError> {
        let (key, now) = (kept.key.clone(), self.now());
        let copy = MediaCopy {
            key: Some(kept.key),
            content_type: Some(kept.content_type),
            size: Some(kept.size),
            error: None,
            updated_at: now,
            ..note.clone()
        };
        let (done, file) = (job.clone(), key.clone());
        let is_noted = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                if is_being_forgotten(tx, &file)? {
                    // An equal file of somebody else is being removed at this moment.
                    tx.reschedule_job(done.id, done.attempts, now.after(AGAIN))?;
                    return Ok(false);
                }
                if tx.finish_job(done.id, done.attempts)? && is_noted(tx, &copy)? {
                    put_and_announce(tx, &copy, now)?;
                    return Ok(true);
                }
                forget_file(tx, &file, now)?;
                Ok::<_, StorageError>(false)
            })
            .await?;
        if is_noted && self.is_gone(&key).await {
            self.copy_again(job, note).await?;
        }
        Ok(())
    }

    /// Whether a file that was just copied has been removed for the sake of somebody else, before it was
    /// noted who needs it now.
    async fn is_gone(&self, key: &str) -> bool {
        matches!(self.0.media.store.size(key).await, Ok(None))
    }

    async fn copy_again(&self, job: Job, note: MediaCopy) -> Result<(), StorageError> {
        let again = NewJob {
            id: job.id,
            kind: job.kind,
            key: job.key,
            payload: job.payload,
            sealed: job.sealed,
            run_at: self.now(),
        };
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if is_noted(tx, &note)? {
                    tx.put_media_copy(&note)?;
                    tx.put_job(&again)?;
                }
                Ok(())
            })
            .await
    }

    async fn note_failure(
        &self,
        job: Job,
        wanted: Wanted,
        error: &ProviderError,
    ) -> Result<(), StorageError> {
        let Wanted { note, channel, .. } = wanted;
        let copy = MediaCopy {
            error: Some(error.message.clone()),
            updated_at: self.now(),
            ..note
        };
        if job.attempts < most_attempts(error.class) {
            count(&channel.source, "again");
            let again = self.now().after(due::wait(&job, error, &*self.0.chance));
            return self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    if tx.reschedule_job(job.id, job.attempts, again)? && is_noted(tx, &copy)? {
                        tx.put_media_copy(&copy)?;
                    }
                    Ok::<(), StorageError>(())
                })
                .await;
        }
        count(&channel.source, "given_up");
        tracing::warn!(
            source = %channel.source,
            message.id = %copy.message.as_uuid(),
            is_picture = copy.is_picture(),
            class = error.class.as_str(),
            "a file cannot be copied: {error}"
        );
        self.end_copying(job, Some(copy)).await
    }

    /// Ends a job, and notes and announces what became of its file.
    async fn end_copying(&self, job: Job, copy: Option<MediaCopy>) -> Result<(), StorageError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                if !tx.finish_job(job.id, job.attempts)? {
                    return Ok(());
                }
                let Some(copy) = &copy else { return Ok(()) };
                if !is_noted(tx, copy)? {
                    return Ok(());
                }
                put_and_announce(tx, copy, now)
            })
            .await
    }
}

/// Notes what became of a file, and announces that.
fn put_and_announce(
    tx: &mut dyn WriteTx,
    copy: &MediaCopy,
    now: Timestamp,
) -> Result<(), StorageError> {
    tx.put_media_copy(copy)?;
    let kind = if copy.is_picture() {
        EventKind::ConversationUpdated
    } else {
        EventKind::MessageUpdated
    };
    tx.append_event(&NewEvent {
        kind,
        subject: copy.conversation.into(),
        body: EventBody::About(copy.message.as_uuid()),
        occurred_at: now,
    })
}

/// How often a file is asked for that cannot be had for this reason.
const fn most_attempts(class: ErrorClass) -> u32 {
    match class {
        ErrorClass::Retry | ErrorClass::Throttle => MOST_ATTEMPTS,
        ErrorClass::Reauth | ErrorClass::Permission | ErrorClass::Config => UNTIL_SOMEBODY_MENDS_IT,
        ErrorClass::Window | ErrorClass::Recipient | ErrorClass::Content | ErrorClass::Policy => 0,
    }
}

/// What has to be known to do as ordered; `None` if nothing is left to do.
fn wanted<T: ReadTx + ?Sized>(tx: &mut T, order: &Order) -> Result<Option<Wanted>, StorageError> {
    let notes = tx.media_copies(&[order.message()])?;
    let note = notes
        .into_iter()
        .find(|note| note.link == order.link && note.key.is_none());
    let (Some(note), Some(channel)) = (note, tx.channel(order.channel())?) else {
        return Ok(None);
    };
    let sealed = tx.credentials(channel.id)?;
    Ok(Some(Wanted {
        note,
        channel,
        sealed,
    }))
}

/// Whether it is still noted that the message links to the file: it may have been erased.
fn is_noted<T: ReadTx + ?Sized>(tx: &mut T, copy: &MediaCopy) -> Result<bool, StorageError> {
    let notes = tx.media_copies(&[copy.message])?;
    Ok(notes.iter().any(|note| note.link == copy.link))
}

fn count(source: &Source, outcome: &'static str) {
    counter!(
        "switchboard_media_copies_total",
        "source" => source.as_str().to_owned(),
        "outcome" => outcome
    )
    .increment(1);
}
