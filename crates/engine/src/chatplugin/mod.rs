//! The company's own web chat: its visitors, and what they write.

mod send;
mod written;

use switchboard_domain::{Channel, ChannelId, ConversationId, Secret};
use switchboard_storage::{ReadTx, StorageError};
use uuid::Uuid;

use crate::Engine;
use crate::conversations::{MessageView, message_views};

pub use self::send::Writing;
pub use crate::tokens::Visitor;

pub(crate) use self::written::{SEND, read_written};

/// The source of the web chat.
pub(crate) const SOURCE: &str = "chatplugin";

/// Messages that a visitor who comes back is shown.
const HISTORY: usize = 500;

/// A visitor with what they are shown at first.
#[derive(Debug)]
pub struct Visit {
    /// What the visitor calls with.
    pub token: Secret,
    /// The conversation so far, oldest message first.
    pub messages: Vec<MessageView>,
}

/// How somebody comes to the web chat.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// With a token from an earlier visit.
    Resumed(Secret),
    /// For the first time.
    New(ChannelId),
}

/// A visitor cannot chat.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// No connected channel of the web chat has that id.
    #[error("there is no connected chat channel {0}")]
    UnknownChannel(ChannelId),
    /// The conversation is held elsewhere.
    #[error("there is no conversation {0} on this channel")]
    UnknownConversation(ConversationId),
    /// The token is not ours, or it has run out.
    #[error("the token is none that this hub has given to a visitor, or it has run out")]
    Token,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Lets a visitor in. Nothing is stored until they write.
    pub async fn authenticate_visitor(&self, arrival: Arrival) -> Result<Visit, ChatError> {
        let now = self.now();
        let visitor = match arrival {
            Arrival::Resumed(token) => self
                .0
                .tokens
                .read_resume(token.expose(), now)
                .ok_or(ChatError::Token)?,
            Arrival::New(channel) => Visitor {
                channel,
                conversation: ConversationId::from_uuid(self.0.chance.uuid()),
            },
        };
        let messages = self
            .0
            .store
            .read(move |tx| {
                chat_of(tx, visitor)?;
                let mut messages = tx.message_page(visitor.conversation, None, HISTORY)?;
                messages.reverse();
                Ok::<_, ChatError>(message_views(tx, messages, |_message| {
                    switchboard_api_types::Progress::default()
                })?)
            })
            .await?;
        Ok(Visit {
            token: self.0.tokens.of_visit(visitor, now),
            messages,
        })
    }

    /// The visitor that calls with this token.
    pub fn visitor(&self, token: &str) -> Result<Visitor, ChatError> {
        self.0
            .tokens
            .read_visit(token, self.now())
            .ok_or(ChatError::Token)
    }

    /// A token with which a visitor can come back within seven days.
    pub async fn resume_token(&self, visitor: Visitor) -> Result<Secret, ChatError> {
        self.0
            .store
            .read(move |tx| chat_of(tx, visitor).map(|_channel| ()))
            .await?;
        Ok(self.0.tokens.of_resume(visitor, self.now()))
    }
}

/// The channel of a visitor, if they can chat on it, and if their conversation has begun on no other.
fn chat_of<T: ReadTx + ?Sized>(tx: &mut T, visitor: Visitor) -> Result<Channel, ChatError> {
    let channel = chat_channel(tx, visitor.channel)?;
    match tx.conversation(visitor.conversation)? {
        Some(held) if held.channel != channel.id => {
            Err(ChatError::UnknownConversation(visitor.conversation))
        }
        _ => Ok(channel),
    }
}

/// The channel, if visitors can chat on it.
fn chat_channel<T: ReadTx + ?Sized>(tx: &mut T, id: ChannelId) -> Result<Channel, ChatError> {
    tx.channel(id)?
        .filter(|channel| channel.connection.is_connected())
        .filter(is_chat)
        .ok_or(ChatError::UnknownChannel(id))
}

/// Whether visitors of web sites write on the channel.
pub(crate) fn is_chat(channel: &Channel) -> bool {
    channel.source.as_str() == SOURCE
}

/// The conversation of the web chat that has this handle: there, handles are the ids of conversations.
pub(crate) fn conversation_of(channel: ChannelId, handle: &str) -> ConversationId {
    Uuid::try_parse(handle).map_or_else(
        |_no_id| ConversationId::derive(channel, handle),
        ConversationId::from_uuid,
    )
}
