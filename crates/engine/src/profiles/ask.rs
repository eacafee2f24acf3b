//! Asking providers what contacts are called.

use std::time::Duration;

use metrics::counter;
use switchboard_connector::{ErrorClass, Profile, ProviderError};
use switchboard_domain::{
    Channel, Conversation, ConversationId, EventBody, EventKind, Job, JobKind, MetadataSubject,
    NewEvent, ProfileFetch, Sealed, Source, Timestamp,
};
use switchboard_storage::{StorageError, Touches, WriteTx};
use uuid::Uuid;

use crate::due::{self, MOST_ATTEMPTS};
use crate::media::copy_picture;
use crate::metadata::{AVATAR_URL, FETCH_STATE, announce_metadata};
use crate::words::words;
use crate::{Engine, FailPoint, contacts};

/// Contacts that are asked for side by side.
const SIDE_BY_SIDE: usize = 8;

/// Lease of a job that asks: longer than a provider may take.
const LEASE: Duration = Duration::from_mins(2);

impl Engine {
    /// Asks for every contact that is due. Returns how many were looked at. Called by the workers, and
    /// by tests.
    pub async fn fetch_profiles(&self) -> Result<usize, StorageError> {
        let _alone = self.0.passes.asking.lock().await;
        self.do_due(
            JobKind::FetchProfile,
            LEASE,
            SIDE_BY_SIDE,
            |engine, job| async move { engine.fetch_profile(job).await },
        )
        .await
    }

    async fn fetch_profile(&self, job: Job) -> Result<(), StorageError> {
        let Some(id) = conversation_of(&job) else {
            return self.end_asking(job, None).await;
        };
        let known = self
            .0
            .store
            .read(move |tx| {
                let Some(conversation) = tx.conversation(id)? else {
                    return Ok(None);
                };
                let Some(channel) = tx.channel(conversation.channel)? else {
                    return Ok(None);
                };
                let sealed = tx.credentials(channel.id)?;
                Ok::<_, StorageError>(Some((conversation, channel, sealed)))
            })
            .await?;
        let Some((conversation, channel, sealed)) = known else {
            return self.end_asking(job, None).await;
        };
        let answer = self
            .ask(&channel, sealed.as_ref(), &conversation.handle)
            .await;
        let source = &channel.source;
        match answer {
            Ok(profile) => {
                self.0.fail_points.reach(FailPoint::ProfileFetched)?;
                count(source, "fetched");
                let heard = Heard::Answer(profile.unwrap_or_default());
                self.end_asking(job, Some((id, heard))).await
            }
            Err(error) if error.class.is_transient() && job.attempts < MOST_ATTEMPTS => {
                count(source, "again");
                let again = self.now().after(due::wait(&job, &error, &*self.0.chance));
                self.0
                    .store
                    .write(Touches::nothing(), move |tx| {
                        tx.reschedule_job(job.id, job.attempts, again).map(drop)
                    })
                    .await
            }
            Err(error) => {
                count(source, "failed");
                tracing::info!(
                    %source,
                    conversation.id = %id,
                    class = error.class.as_str(),
                    "the provider does not tell who a contact is: {error}"
                );
                self.end_asking(job, Some((id, Heard::Refusal))).await
            }
        }
    }

    async fn ask(
        &self,
        channel: &Channel,
        sealed: Option<&Sealed>,
        handle: &str,
    ) -> Result<Option<Profile>, ProviderError> {
        let connector = self
            .connector(&channel.source)
            .filter(|connector| connector.capabilities().profiles)
            .ok_or_else(|| {
                ProviderError::refused(ErrorClass::Config, "the source knows no profiles")
            })?;
        let account = self.open_account(channel, sealed)?;
        connector
            .profile(&self.context(connector), &account, handle)
            .await
    }

    /// Ends a job, and takes what was heard.
    async fn end_asking(
        &self,
        job: Job,
        heard: Option<(ConversationId, Heard)>,
    ) -> Result<(), StorageError> {
        let now = self.now();
        let engine = self.clone();
        let has_jobs = self
            .0
            .store
            .write(Touches::nothing(), move |tx| {
                if !tx.finish_job(job.id, job.attempts)? {
                    return Ok(false);
                }
                let Some((id, heard)) = &heard else {
                    return Ok(false);
                };
                let Some(conversation) = tx.conversation(*id)? else {
                    return Ok(false);
                };
                let connector = engine.connector(&conversation.source);
                let policies = &engine.0.media.policies;
                let Some(taken) = take(tx, conversation, heard, now)? else {
                    return Ok(false);
                };
                copy_picture(tx, &taken, connector, policies, now)
            })
            .await?;
        if has_jobs {
            self.0.work_waits.notify_one();
        }
        Ok(())
    }
}

/// What a provider says when it is asked.
enum Heard {
    Answer(Profile),
    Refusal,
}

/// Takes what a provider says, except where a user has said otherwise. Gives the conversation if it is not as
/// it was.
fn take(
    tx: &mut dyn WriteTx,
    mut conversation: Conversation,
    heard: &Heard,
    now: Timestamp,
) -> Result<Option<Conversation>, StorageError> {
    let before = conversation.clone();
    match heard {
        Heard::Answer(profile) => {
            conversation.profile = ProfileFetch::Fetched;
            let name = profile.display_name.as_deref().map(str::trim);
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                conversation.display_name.hear(name, now);
            }
            if let Some(url) = &profile.avatar_url {
                conversation.avatar_url.hear(url, now);
            }
        }
        Heard::Refusal => conversation.profile = ProfileFetch::Failed,
    }
    if conversation == before {
        return Ok(None);
    }
    let id = conversation.id;
    tx.put_conversations(std::slice::from_ref(&conversation))?;
    if conversation.display_name.value != before.display_name.value {
        tx.put_words(id, "display_name", &words(&conversation.shown_name()))?;
    }
    if let Some(url) = &conversation.avatar_url.value
        && conversation.avatar_url.value != before.avatar_url.value
    {
        tx.put_words(id, AVATAR_URL, &words(url))?;
    }
    if conversation.profile != before.profile {
        tx.put_words(id, FETCH_STATE, &words(conversation.profile.as_str()))?;
    }
    if conversation.display_name != before.display_name
        || conversation.avatar_url != before.avatar_url
    {
        contacts::follow_conversation(tx, &conversation, now)?;
    }
    announce_metadata(tx, MetadataSubject::Conversation(id), id.into(), now)?;
    tx.append_event(&NewEvent {
        kind: EventKind::ConversationUpdated,
        subject: id.into(),
        body: EventBody::About(id.as_uuid()),
        occurred_at: now,
    })?;
    Ok(Some(conversation))
}

fn conversation_of(job: &Job) -> Option<ConversationId> {
    Uuid::parse_str(&job.key)
        .ok()
        .map(ConversationId::from_uuid)
}

fn count(source: &Source, outcome: &'static str) {
    counter!(
        "switchboard_profiles_total",
        "source" => source.as_str().to_owned(),
        "outcome" => outcome
    )
    .increment(1);
}
