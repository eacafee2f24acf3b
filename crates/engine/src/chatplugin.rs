//! The company's own web chat: its visitors, and what they write.

use metrics::counter;
use switchboard_domain::{
    Channel, ChannelId, Contact, ContactId, Conversation, ConversationId, DeliveryState, EventBody,
    EventKind, Message, MessageId, MessageSequence, NewEvent, NewMessage, ProviderKey, RawJson,
    Secret, Source,
};
use switchboard_storage::{ReadTx, StorageError, Touches, WriteTx};

use crate::Engine;
use crate::conversations::{MessageView, message_views};
use crate::ingest::apply::messages::count_in;
use crate::words::{text_of_content, words};

pub use crate::tokens::Visitor;

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

/// What a visitor writes.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The message, in any JSON.
    pub content: RawJson,
    /// The visitor's own name for it: of two with the same name, the first is the message.
    pub name: Option<String>,
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

    /// Stores what a visitor writes. Returns when it is durable: with the message that is there already,
    /// if the visitor has given it the same name.
    pub async fn send_as_visitor(
        &self,
        visitor: Visitor,
        writing: Writing,
    ) -> Result<MessageView, ChatError> {
        let now = self.now();
        let Writing { content, name } = writing;
        let text = content.as_str().to_owned();
        let key = name.as_ref().map(|name| {
            // Visitors of one channel choose their names without knowing of each other.
            ProviderKey::derive(visitor.channel, &format!("{} {name}", visitor.conversation))
        });
        let message = Message {
            id: MessageId::from_uuid(self.0.chance.uuid()),
            sequence: MessageSequence(0),
            conversation: visitor.conversation,
            source: Source::named("chatplugin"),
            content: text.clone(),
            from_contact: true,
            sender: visitor.conversation.to_string(),
            sent_at: now,
            updated_at: None,
            delivery: DeliveryState::Delivered,
            provider_id: name,
            provider_key: key,
            receipt: None,
            edits: 0,
            unsent: false,
            envelope: None,
        };
        let id = message.id;
        let stored = self
            .0
            .store
            .write(Touches::channel(visitor.channel), move |tx| {
                let channel = chat_of(tx, visitor)?;
                if let Some(known) = known(tx, key)? {
                    return Ok(known);
                }
                let new = NewMessage {
                    message: message.clone(),
                    text: text_of_content(&text),
                };
                match store(tx, &channel, &new)? {
                    Some(stored) => Ok(stored),
                    // Another node has stored it meanwhile.
                    None => Ok::<_, ChatError>(known(tx, key)?.unwrap_or(new.message)),
                }
            })
            .await?;
        if stored.id == id {
            counter!("switchboard_ingest_messages_total").increment(1);
        } else {
            counter!("switchboard_ingest_duplicates_total").increment(1);
        }
        Ok(MessageView::of_new(stored))
    }
}

/// The message that a visitor has given that name before.
fn known<T: ReadTx + ?Sized>(
    tx: &mut T,
    key: Option<ProviderKey>,
) -> Result<Option<Message>, StorageError> {
    let Some(key) = key else { return Ok(None) };
    Ok(tx.messages_by_key(&[key])?.into_iter().next())
}

/// Stores a message of a visitor, and the conversation with its first one. `None`, and nothing stored, if
/// it is there already.
fn store(
    tx: &mut dyn WriteTx,
    channel: &Channel,
    new: &NewMessage,
) -> Result<Option<Message>, StorageError> {
    let (id, now) = (new.message.conversation, new.message.sent_at);
    let mut message = new.message.clone();
    let known = tx.conversation(id)?;
    let is_first = known.as_ref().is_none_or(|known| known.message_count == 0);
    let was_deleted = known
        .as_ref()
        .is_some_and(|known| known.contact == ContactId::NOBODY);
    let wants_contact = is_first || (was_deleted && tx.contact_of(id)?.is_none());
    let mut conversation = known.unwrap_or_else(|| {
        Conversation::begun(id, channel.id, channel.source.clone(), &id.to_string(), now)
    });
    let sequences = tx.add_messages(std::slice::from_ref(new))?;
    let Some(Some(sequence)) = sequences.first() else {
        return Ok(None);
    };
    message.sequence = *sequence;
    count_in(&mut conversation, &message);
    if was_deleted {
        conversation.contact = ContactId::of_conversation(id);
    }
    tx.put_conversations(std::slice::from_ref(&conversation))?;
    if wants_contact {
        let name = conversation.shown_name();
        tx.put_words(id, "display_name", &words(&name))?;
        tx.add_contacts(&[Contact {
            display_name: Some(name),
            name_is_generated: true,
            conversations: [(id, channel.source.clone())].into(),
            ..crate::contacts::blank(ContactId::of_conversation(id), now)
        }])?;
    }
    tx.append_event(&NewEvent {
        kind: EventKind::MessageCreated,
        subject: id.into(),
        body: EventBody::About(message.id.as_uuid()),
        occurred_at: now,
    })?;
    Ok(Some(message))
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
        .filter(|channel| channel.source.as_str() == "chatplugin")
        .ok_or(ChatError::UnknownChannel(id))
}
