//! The use cases of messages: list, suggest replies.

use switchboard_api_types::Progress;
use switchboard_domain::{
    ConversationId, MessageId, MessagePlace, MetadataRecord, MetadataSubject, MetadataValue,
    RawJson,
};
use switchboard_storage::{StorageError, Touches};

use crate::Engine;
use crate::conversations::{MessageView, message_views};
use crate::metadata::announce_metadata;

/// A page of messages.
#[derive(Clone, Debug)]
pub struct Messages {
    /// The messages, newest first.
    pub messages: Vec<MessageView>,
    /// The message that the next page begins with; `None` on the last.
    pub next: Option<MessageId>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Messages cannot be shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum MessagesError {
    /// The conversation has no messages.
    #[error("there is no conversation {0}")]
    UnknownConversation(ConversationId),
    /// No message has that id.
    #[error("there is no message {0}")]
    Unknown(MessageId),
    /// The cursor is no message of that conversation.
    #[error("the cursor {0} is no message of this conversation")]
    Cursor(String),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Messages of a conversation, newest first, beginning with the one that `cursor` names.
    pub async fn list_messages(
        &self,
        conversation: ConversationId,
        cursor: Option<String>,
        page_size: usize,
    ) -> Result<Messages, MessagesError> {
        self.0
            .store
            .read(move |tx| {
                let found = tx
                    .conversation(conversation)?
                    .filter(|found| found.message_count > 0)
                    .ok_or(MessagesError::UnknownConversation(conversation))?;
                let fits = u64::try_from(page_size).is_ok_and(|size| found.message_count <= size);
                let from = match cursor.filter(|cursor| !fits && !cursor.is_empty()) {
                    None => None,
                    Some(cursor) => {
                        let id: Option<MessageId> = cursor.parse().ok();
                        let at = match id {
                            Some(id) => tx.message(id)?,
                            None => None,
                        };
                        let at = at
                            .filter(|message| message.conversation == conversation)
                            .ok_or(MessagesError::Cursor(cursor))?;
                        Some(MessagePlace {
                            sent_at: at.sent_at,
                            sequence: at.sequence,
                        })
                    }
                };
                let mut messages = tx.message_page(conversation, from, page_size + 1)?;
                let next = messages.get(page_size).map(|next| next.id);
                messages.truncate(page_size);
                let progress = Progress::from(&found);
                Ok(Messages {
                    messages: message_views(tx, messages, |_message| progress)?,
                    next,
                    total: found.message_count,
                })
            })
            .await
    }

    /// Notes replies that somebody suggests to a message, by the names they were given.
    pub async fn suggest_replies(
        &self,
        id: MessageId,
        suggestions: Vec<(String, RawJson)>,
    ) -> Result<MessageView, MessagesError> {
        let now = self.now();
        let records: Vec<_> = suggestions
            .into_iter()
            .map(|(name, content)| MetadataRecord {
                subject: MetadataSubject::Message(id),
                key: format!("suggestions.{name}.content"),
                value: MetadataValue::Object(content.as_str().to_owned()),
                written_at: now,
            })
            .collect();
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                let message = tx.message(id)?.ok_or(MessagesError::Unknown(id))?;
                tx.put_metadata(&records)?;
                let subject = MetadataSubject::Message(id);
                announce_metadata(tx, subject, message.conversation.into(), now)?;
                Ok::<(), MessagesError>(())
            })
            .await?;
        self.message(id).await
    }

    /// One message.
    pub async fn message(&self, id: MessageId) -> Result<MessageView, MessagesError> {
        self.0
            .store
            .read(move |tx| {
                let message = tx.message(id)?.ok_or(MessagesError::Unknown(id))?;
                let progress = tx
                    .conversation(message.conversation)?
                    .map(|conversation| Progress::from(&conversation))
                    .unwrap_or_default();
                message_views(tx, vec![message], |_message| progress)?
                    .pop()
                    .ok_or(MessagesError::Unknown(id))
            })
            .await
    }
}
