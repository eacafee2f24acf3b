//! Erasing a person: all that they wrote, all that was noted about them, and the raw calls that speak of
//! them.

use std::collections::BTreeSet;
use std::time::Duration;

use switchboard_domain::{ContactId, ConversationId, EnvelopeId, EventKind, JobKind, MessagePlace};
use switchboard_storage::{ReadTx, StorageError, Touches, WriteTx};
use tokio::time::Instant;

use super::mentions::mentions;
use super::{ContactError, WhichContact, announce, history};
use crate::Engine;

/// Raw calls, or messages, that are looked into at a time.
const AT_A_TIME: usize = 500;

/// How long raw calls that have arrived may take to be applied.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time between two looks at how far they have been applied.
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Engine {
    /// Erases a contact with all its conversations, their messages and everything noted about them, what
    /// was merged into it, and the raw calls that mention one of its handles.
    ///
    /// The handles are known by the conversations, so raw calls go first and the contact goes last:
    /// after a crash, calling again erases the rest.
    pub async fn erase_contact(&self, id: ContactId) -> Result<(), ContactError> {
        let engine = self.clone();
        self.to_the_end(async move { engine.erase_contact_now(id).await })
            .await
    }

    async fn erase_contact_now(&self, id: ContactId) -> Result<(), ContactError> {
        self.contact(WhichContact::Id(id)).await?;
        self.wait_for_arrived().await?;
        let (conversations, texts) = self.0.store.read(move |tx| traces(tx, id)).await?;
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
            let (texts, after) = (texts.clone(), looked_at);
            let (last, files) = self
                .0
                .store
                .write(Touches::nothing(), move |tx| {
                    let last = erase_envelopes(tx, &texts, after)?;
                    Ok::<_, StorageError>((last, erase_conversation(tx, conversation)?))
                })
                .await?;
            looked_at = last;
            self.forget_media(files).await?;
        }
        let now = self.now();
        let files = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                // They may have written meanwhile.
                let (conversations, texts) = traces(tx, id)?;
                erase_envelopes(tx, &texts, looked_at)?;
                let mut files = Vec::new();
                for conversation in conversations {
                    files.extend(erase_conversation(tx, conversation)?);
                }
                history::delete(tx, id)?;
                announce(tx, EventKind::ContactDeleted, id, now)?;
                Ok::<_, ContactError>(files)
            })
            .await?;
        Ok(self.forget_media(files).await?)
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

/// The conversations of a contact, and the texts by which raw calls are known to speak of it.
fn traces<T: ReadTx + ?Sized>(
    tx: &mut T,
    id: ContactId,
) -> Result<(Vec<ConversationId>, Vec<Vec<u8>>), ContactError> {
    let contact = tx.contact(id)?.ok_or(ContactError::Unknown)?;
    let conversations: Vec<_> = contact.conversations.into_keys().collect();
    let mut handles = BTreeSet::new();
    for conversation in tx.conversations(&conversations)? {
        handles.insert(conversation.handle);
    }
    for conversation in &conversations {
        let aliases = tx.aliases_of(*conversation)?;
        handles.extend(aliases.into_iter().map(|alias| alias.handle));
    }
    Ok((conversations, mentions(handles.iter().map(String::as_str))))
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

/// Erases a conversation. Gives the keys of the files that were copied for it.
fn erase_conversation(
    tx: &mut dyn WriteTx,
    id: ConversationId,
) -> Result<Vec<String>, StorageError> {
    if let Some(job) = tx.job(JobKind::FetchProfile, &id.to_string())? {
        tx.finish_job(job.id, job.attempts)?;
    }
    let files = files(tx, id)?;
    tx.erase_conversation(id)?;
    Ok(files)
}

fn files(tx: &mut dyn WriteTx, id: ConversationId) -> Result<Vec<String>, StorageError> {
    let mut files = Vec::new();
    let mut from = None;
    loop {
        let mut page = tx.message_page(id, from, AT_A_TIME + 1)?;
        from = page.get(AT_A_TIME).map(|next| MessagePlace {
            sent_at: next.sent_at,
            sequence: next.sequence,
        });
        page.truncate(AT_A_TIME);
        let messages: Vec<_> = page.iter().map(|message| message.id).collect();
        if messages.is_empty() {
            return Ok(files);
        }
        let copies = tx.media_copies(&messages)?;
        files.extend(copies.into_iter().filter_map(|copy| copy.key));
        if from.is_none() {
            return Ok(files);
        }
    }
}
