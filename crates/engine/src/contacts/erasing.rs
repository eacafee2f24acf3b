//! The job that erases a person.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use switchboard_domain::{
    ContactId, ConversationId, EnvelopeId, EventKind, Job, JobKind, MediaCopy, MessagePlace,
    Timestamp,
};
use switchboard_storage::{ReadTx, StorageError, Touches, WriteTx};
use tokio::time::Instant;

use super::mentions::mentions;
use super::{announce, erase, history};
use crate::media::{Media, forget_file, job_of};
use crate::{Engine, FailPoint};

/// Raw calls, or messages, that are looked into at a time.
const AT_A_TIME: usize = 500;

/// How long raw calls that have arrived may take to be applied.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time between two looks at how far they have been applied.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Lease of a job that erases. One that takes longer may be done twice, which does no harm.
pub(super) const LEASE: Duration = Duration::from_mins(5);

/// How long a job waits after a failure.
pub(super) const AGAIN: Duration = Duration::from_secs(1);

impl Engine {
    /// Erases everybody who is to be. Returns how many.
    pub(super) async fn do_erasing(&self) -> Result<usize, StorageError> {
        self.do_due(JobKind::EraseContact, LEASE, 1, |engine, job| async move {
            let erased = engine.erase_now(&job).await;
            engine.tried(&job, erased).await
        })
        .await
    }

    /// Makes a job that failed due again soon.
    pub(super) async fn tried(
        &self,
        job: &Job,
        outcome: Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        if outcome.is_err() {
            let (id, attempts, again) = (job.id, job.attempts, self.now().after(AGAIN));
            self.0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.reschedule_job(id, attempts, again)
                })
                .await?;
        }
        outcome
    }

    /// The handles are known by the conversations, so raw calls go first and the contact goes last: after
    /// a crash, the rest is found as the whole was.
    async fn erase_now(&self, job: &Job) -> Result<(), StorageError> {
        let Ok(id) = job.key.parse::<ContactId>() else {
            return self.end(job).await;
        };
        self.wait_for_arrived().await?;
        let found = self.0.store.read(move |tx| traces(tx, id)).await?;
        let Some(Traces {
            conversations,
            texts,
        }) = found
        else {
            return self.end(job).await;
        };
        let mut looked_at = EnvelopeId::START;
        loop {
            let (texts, after) = (texts.clone(), looked_at);
            let last = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    tx.erase_envelopes(&texts, after, AT_A_TIME)
                })
                .await?;
            match last {
                Some(last) => looked_at = last,
                None => break,
            }
        }
        for conversation in conversations {
            let (texts, after, files) = (texts.clone(), looked_at, self.files());
            looked_at = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    let last = erase_envelopes(tx, &texts, after)?;
                    erase_conversation(tx, conversation, &files)?;
                    Ok::<_, StorageError>(last)
                })
                .await?;
            self.0.fail_points.reach(FailPoint::EraseConversation)?;
        }
        self.erase_the_rest(job, id, looked_at).await?;
        self.0.fail_points.reach(FailPoint::EraseCommitted)
    }

    /// Erases what has arrived meanwhile, and the contact itself.
    async fn erase_the_rest(
        &self,
        job: &Job,
        id: ContactId,
        looked_at: EnvelopeId,
    ) -> Result<(), StorageError> {
        let (job, attempts, files) = (job.id, job.attempts, self.files());
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let now = files.now;
                if let Some(Traces {
                    conversations,
                    texts,
                }) = traces(tx, id)?
                {
                    erase_envelopes(tx, &texts, looked_at)?;
                    for conversation in conversations {
                        erase_conversation(tx, conversation, &files)?;
                    }
                    history::delete(tx, id)?;
                    announce(tx, EventKind::ContactDeleted, id, now)?;
                }
                if tx.finish_job(job, attempts)? {
                    tx.put_job(&erase::job(JobKind::FinishErasure, id, now))?;
                }
                Ok(())
            })
            .await
    }

    /// Ends a job that has nothing to do.
    pub(super) async fn end(&self, job: &Job) -> Result<(), StorageError> {
        let (id, attempts) = (job.id, job.attempts);
        self.0
            .store
            .write(Touches::nothing(), move |tx| tx.finish_job(id, attempts))
            .await
            .map(drop)
    }

    fn files(&self) -> Files {
        Files {
            media: Arc::clone(&self.0.media),
            now: self.now(),
        }
    }

    /// Waits until everything that has arrived so far is applied: what somebody is about to apply would
    /// come back after it was erased.
    async fn wait_for_arrived(&self) -> Result<(), StorageError> {
        let progress = || self.0.store.read(|tx| tx.apply_progress());
        let newest = progress().await?.newest;
        let deadline = Instant::now() + PATIENCE;
        while progress().await?.through < newest {
            if Instant::now() > deadline {
                tracing::warn!(
                    "a contact is erased although webhooks have been waiting for {PATIENCE:?}; what \
                     they say of it may come back"
                );
                break;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

/// What is needed to have files removed.
struct Files {
    media: Arc<Media>,
    now: Timestamp,
}

/// The conversations of a contact, and the texts by which raw calls are known to speak of it.
struct Traces {
    conversations: Vec<ConversationId>,
    texts: Vec<Vec<u8>>,
}

/// The traces of a contact; `None` if there is no such contact.
fn traces<T: ReadTx + ?Sized>(tx: &mut T, id: ContactId) -> Result<Option<Traces>, StorageError> {
    let Some(contact) = tx.contact(id)? else {
        return Ok(None);
    };
    let conversations: Vec<_> = contact.conversations.into_keys().collect();
    let mut handles = BTreeSet::new();
    for conversation in tx.conversations(&conversations)? {
        handles.insert(conversation.handle);
    }
    for conversation in &conversations {
        let aliases = tx.aliases_of(*conversation)?;
        handles.extend(aliases.into_iter().map(|alias| alias.handle));
    }
    let texts = mentions(handles.iter().map(String::as_str));
    Ok(Some(Traces {
        conversations,
        texts,
    }))
}

/// Erases the raw calls after `after`, to the newest. Gives the last one that was looked at.
fn erase_envelopes(
    tx: &mut dyn WriteTx,
    texts: &[Vec<u8>],
    after: EnvelopeId,
) -> Result<EnvelopeId, StorageError> {
    let mut looked_at = after;
    while let Some(last) = tx.erase_envelopes(texts, looked_at, AT_A_TIME)? {
        looked_at = last;
    }
    Ok(looked_at)
}

/// Erases a conversation, and orders that its files are removed.
fn erase_conversation(
    tx: &mut dyn WriteTx,
    id: ConversationId,
    files: &Files,
) -> Result<(), StorageError> {
    end_job(tx, JobKind::FetchProfile, &id.to_string())?;
    forget_files(tx, id, files)?;
    tx.erase_conversation(id)
}

/// Orders that the files of a conversation are removed: copies, and those that its messages mention.
fn forget_files(
    tx: &mut dyn WriteTx,
    id: ConversationId,
    files: &Files,
) -> Result<(), StorageError> {
    let mut keys = BTreeSet::new();
    for copy in tx.media_copies(&[MediaCopy::for_pictures_of(id)])? {
        end_job(tx, JobKind::CopyMedia, &job_of(&copy))?;
        keys.extend(copy.key);
    }
    let mut from = None;
    loop {
        let mut page = tx.message_page(id, from, AT_A_TIME + 1)?;
        from = page.get(AT_A_TIME).map(|next| MessagePlace {
            sent_at: next.sent_at,
            sequence: next.sequence,
        });
        page.truncate(AT_A_TIME);
        for message in &page {
            keys.extend(files.media.handed_in(&message.content));
        }
        let messages: Vec<_> = page.iter().map(|message| message.id).collect();
        for copy in tx.media_copies(&messages)? {
            end_job(tx, JobKind::CopyMedia, &job_of(&copy))?;
            keys.extend(copy.key);
        }
        if from.is_none() {
            break;
        }
    }
    keys.iter()
        .try_for_each(|key| forget_file(tx, key, files.now))
}

/// Takes back what was to be done, and what is written down of it. Whoever does it at this moment notices.
fn end_job(tx: &mut dyn WriteTx, kind: JobKind, key: &str) -> Result<(), StorageError> {
    if let Some(job) = tx.job(kind, key)? {
        tx.finish_job(job.id, job.attempts)?;
    }
    Ok(())
}
