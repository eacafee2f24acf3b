//! Messages.

use switchboard_domain::{
    ConversationId, Message, MessageId, MessagePlace, MessageSequence, NewMessage, ParkedChange,
    ProviderKey, Timestamp,
};

use crate::StorageError;

/// What becomes of the text by which a message is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchText {
    /// It stays what it is: only something beside the content changes.
    Kept,
    /// It is this from now on.
    Is(String),
    /// The message is not found by a text any more.
    Gone,
}

impl From<Option<String>> for SearchText {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Gone, Self::Is)
    }
}

/// Reading messages.
pub trait MessageReads {
    /// The message with that id.
    fn message(&mut self, id: MessageId) -> Result<Option<Message>, StorageError> {
        Ok(self.messages(&[id])?.pop())
    }

    /// Those of the messages that exist, in no particular order. `ids` may repeat.
    fn messages(&mut self, ids: &[MessageId]) -> Result<Vec<Message>, StorageError>;

    /// Those messages that have one of these keys, in no particular order. `keys` may repeat.
    fn messages_by_key(&mut self, keys: &[ProviderKey]) -> Result<Vec<Message>, StorageError>;

    /// Up to `limit` messages of a conversation, newest first, beginning with the one at `from`.
    fn message_page(
        &mut self,
        conversation: ConversationId,
        from: Option<MessagePlace>,
        limit: usize,
    ) -> Result<Vec<Message>, StorageError>;

    /// The changes that wait for messages with these keys, in the order they were parked. `keys` may
    /// repeat.
    fn parked(&mut self, keys: &[ProviderKey]) -> Result<Vec<ParkedChange>, StorageError>;
}

/// Writing messages.
pub trait MessageWrites {
    /// Stores messages of conversations that exist or are put in this unit, in their order. Gives for
    /// each where it stands now; `None`, and nothing stored, for one whose id or key is there already,
    /// also when it is there by an earlier one of the same call.
    fn add_messages(
        &mut self,
        messages: &[NewMessage],
    ) -> Result<Vec<Option<MessageSequence>>, StorageError>;

    /// Replaces a message, apart from its sequence, and makes of its text what `text` says. Nothing
    /// happens if there is none.
    fn put_message(&mut self, message: &Message, text: &SearchText) -> Result<(), StorageError>;

    /// Removes one message, with its metadata and search terms. Nothing happens if there is none.
    fn erase_message(&mut self, id: MessageId) -> Result<(), StorageError>;

    /// Keeps changes until the message they are for arrives. One that waits for that message already,
    /// in the same words, keeps its place and is not kept twice. Says how many are new.
    fn park(&mut self, changes: &[ParkedChange]) -> Result<u64, StorageError>;

    /// Removes the changes that wait for messages with these keys.
    fn unpark(&mut self, keys: &[ProviderKey]) -> Result<(), StorageError>;

    /// Removes up to `limit` changes that were parked before `before`. Says how many.
    fn drop_parked(&mut self, before: Timestamp, limit: usize) -> Result<u64, StorageError>;
}
