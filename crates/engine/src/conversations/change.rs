//! What users do to conversations.

use switchboard_domain::{
    Conversation, ConversationId, EventBody, EventKind, JobKind, MetadataRecord, MetadataSubject,
    MetadataValue, NewEvent, ProfileFetch, TagId,
};
use switchboard_storage::{StorageError, Touches, WriteTx};

use crate::metadata::{FETCH_STATE, overrule};
use crate::words::words;
use crate::{Engine, contacts, profiles};

/// A conversation cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeConversationError {
    /// No conversation has that id.
    #[error("there is no conversation {0}")]
    Unknown(ConversationId),
    /// No tag has that id.
    #[error("there is no tag {0}")]
    UnknownTag(TagId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Everything that has arrived counts as read. An unknown conversation has nothing to be read.
    pub async fn mark_read(&self, id: ConversationId) -> Result<(), StorageError> {
        let changed = self
            .change_conversation(id, |_tx, conversation| {
                let newest = conversation.last_message.map(|last| last.sequence);
                // The newest by time need not be the last that arrived.
                let through = newest.max(conversation.read_through);
                let is_new = conversation.unread_count > 0;
                conversation.unread_count = 0;
                conversation.read_through = through;
                Ok(is_new)
            })
            .await;
        match changed {
            Err(ChangeConversationError::Storage(error)) => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Puts a tag on a conversation.
    pub async fn tag_conversation(
        &self,
        id: ConversationId,
        tag: TagId,
    ) -> Result<(), ChangeConversationError> {
        self.change_conversation(id, move |tx, _conversation| {
            if tx.tag(tag)?.is_none() {
                return Err(ChangeConversationError::UnknownTag(tag));
            }
            Ok(tx.add_tag(id, tag)?)
        })
        .await
    }

    /// Takes a tag off a conversation, if it carries it.
    pub async fn untag_conversation(
        &self,
        id: ConversationId,
        tag: TagId,
    ) -> Result<(), ChangeConversationError> {
        self.change_conversation(id, move |tx, _conversation| Ok(tx.remove_tag(id, tag)?))
            .await
    }

    /// Sets the state of a conversation, or takes it away. What providers have said of it until now does
    /// not count any more, also if it is repeated.
    pub async fn set_conversation_state(
        &self,
        id: ConversationId,
        state: Option<String>,
    ) -> Result<(), ChangeConversationError> {
        let now = self.now();
        self.change_conversation(id, move |tx, conversation| {
            let said = MetadataRecord {
                subject: MetadataSubject::Conversation(id),
                key: MetadataRecord::STATE.to_owned(),
                value: state
                    .clone()
                    .map_or(MetadataValue::Null, MetadataValue::Text),
                written_at: now,
            };
            overrule(tx, said)?;
            if conversation.state == state {
                return Ok(false);
            }
            conversation.state.clone_from(&state);
            let found_by = state.as_deref().map(words).unwrap_or_default();
            tx.put_words(id, "metadata.state", &found_by)?;
            Ok(true)
        })
        .await
    }

    /// Sets what people call the contact. From then on providers are not listened to.
    pub async fn name_conversation(
        &self,
        id: ConversationId,
        display_name: String,
    ) -> Result<(), ChangeConversationError> {
        let now = self.now();
        self.change_conversation(id, move |tx, conversation| {
            if !conversation.display_name.set(&display_name) {
                return Ok(true);
            }
            tx.put_words(id, "display_name", &words(&display_name))?;
            contacts::follow_conversation(tx, conversation, now)?;
            Ok(true)
        })
        .await
    }

    /// Asks the provider again what the contact is called, in a job.
    pub async fn refetch_profile(&self, id: ConversationId) -> Result<(), ChangeConversationError> {
        let now = self.now();
        let connectors = self.connectors();
        self.change_conversation(id, move |tx, conversation| {
            let asks = connectors
                .iter()
                .find(|connector| connector.source() == conversation.source)
                .is_some_and(|connector| connector.capabilities().profiles);
            if !asks {
                return Ok(false);
            }
            conversation.profile = ProfileFetch::Pending;
            tx.put_words(id, FETCH_STATE, &[])?;
            if let Some(waiting) = tx.job(JobKind::FetchProfile, &id.to_string())? {
                tx.reschedule_job(waiting.id, waiting.attempts, now)?;
            } else {
                tx.put_job(&profiles::job(id, now))?;
            }
            Ok(true)
        })
        .await?;
        self.0.work_waits.notify_one();
        Ok(())
    }

    /// Changes a conversation in one unit of work and announces it if `change` says that anything is
    /// different.
    async fn change_conversation(
        &self,
        id: ConversationId,
        change: impl Fn(&mut dyn WriteTx, &mut Conversation) -> Result<bool, ChangeConversationError>
        + Send
        + 'static,
    ) -> Result<(), ChangeConversationError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let mut conversation = tx
                    .conversation(id)?
                    .ok_or(ChangeConversationError::Unknown(id))?;
                let before = conversation.clone();
                if !change(tx, &mut conversation)? {
                    return Ok(());
                }
                if conversation != before {
                    tx.put_conversations(std::slice::from_ref(&conversation))?;
                }
                tx.append_event(&NewEvent {
                    kind: EventKind::ConversationUpdated,
                    subject: id.into(),
                    body: EventBody::About(id.as_uuid()),
                    occurred_at: now,
                })?;
                Ok(())
            })
            .await
    }
}
