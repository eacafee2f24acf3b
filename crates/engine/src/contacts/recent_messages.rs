//! What was last said in the conversations of a contact.

use std::collections::BTreeMap;

use switchboard_api_types::Progress;
use switchboard_domain::{
    Contact, ContactId, ConversationId, Message, MessageId, MessagePlace, Source,
};
use switchboard_storage::{ReadTx, StorageError};

use crate::Engine;
use crate::conversations::{MessageView, message_views};
use crate::messages::Messages;

/// Which messages of a contact to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentMessagesQuery {
    /// The contact.
    pub contact: ContactId,
    /// Only conversations of these sources; empty for all.
    pub sources: Vec<Source>,
    /// How many messages of each conversation at most.
    pub page_size: usize,
    /// The message with which the page of a conversation begins; for the others the newest.
    pub cursors: BTreeMap<ConversationId, String>,
}

/// The newest messages of each conversation; `None` for one that does not exist.
pub type RecentMessages = BTreeMap<ConversationId, Option<Messages>>;

/// The messages of a contact cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum RecentMessagesError {
    /// There is no such contact.
    #[error("there is no such contact")]
    Unknown,
    /// The cursor of a conversation is none of its messages.
    #[error("the cursor {cursor} is no message of the conversation {conversation}")]
    Cursor {
        /// The conversation.
        conversation: ConversationId,
        /// The cursor.
        cursor: String,
    },
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Messages of each conversation that a contact holds, newest first.
    pub async fn recent_messages(
        &self,
        query: RecentMessagesQuery,
    ) -> Result<RecentMessages, RecentMessagesError> {
        self.0
            .store
            .read(move |tx| {
                let contact = tx
                    .contact(query.contact)?
                    .ok_or(RecentMessagesError::Unknown)?;
                wanted(&contact, &query.sources)
                    .map(|id| Ok((id, page(tx, id, &query)?)))
                    .collect()
            })
            .await
    }
}

fn wanted(contact: &Contact, sources: &[Source]) -> impl Iterator<Item = ConversationId> {
    contact
        .conversations
        .iter()
        .filter(|(_, source)| sources.is_empty() || sources.contains(source))
        .map(|(id, _)| *id)
}

fn page(
    tx: &mut dyn ReadTx,
    id: ConversationId,
    query: &RecentMessagesQuery,
) -> Result<Option<Messages>, RecentMessagesError> {
    let Some(conversation) = tx.conversation(id)? else {
        return Ok(None);
    };
    let size = query.page_size;
    let total = conversation.message_count;
    let fits = u64::try_from(size).is_ok_and(|size| total <= size);
    let from = match query.cursors.get(&id).filter(|_cursor| !fits) {
        None => None,
        Some(cursor) => Some(place(tx, id, cursor)?),
    };
    let mut messages = tx.message_page(id, from, size + 1)?;
    let next = messages.get(size).map(|next| next.id);
    messages.truncate(size);
    let progress = Progress::from(&conversation);
    let messages: Vec<MessageView> = message_views(tx, messages, |_message| progress)?;
    Ok(Some(Messages {
        messages,
        next,
        total,
    }))
}

fn place(
    tx: &mut dyn ReadTx,
    conversation: ConversationId,
    cursor: &str,
) -> Result<MessagePlace, RecentMessagesError> {
    let found: Option<Message> = match cursor.parse::<MessageId>() {
        Ok(id) => tx.message(id)?,
        Err(_no_id) => None,
    };
    found
        .filter(|message| message.conversation == conversation)
        .map(|message| MessagePlace {
            sent_at: message.sent_at,
            sequence: message.sequence,
        })
        .ok_or_else(|| RecentMessagesError::Cursor {
            conversation,
            cursor: cursor.to_owned(),
        })
}
