//! Conversations.

use switchboard_domain::{
    Alias, ChannelId, Conversation, ConversationCursor, ConversationFilter, ConversationId, TagId,
};

use crate::StorageError;

/// Which conversations to list, newest message first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationQuery {
    /// Only those that pass.
    pub filter: ConversationFilter,
    /// Where the page begins; `None` at the newest.
    pub cursor: Option<ConversationCursor>,
    /// How many at most.
    pub limit: usize,
}

/// A page of conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationPage {
    /// The conversations.
    pub conversations: Vec<Conversation>,
    /// Whether more follow.
    pub has_more: bool,
    /// How many pass the filter, on all pages. Exact where the number is kept: of one tag, and of
    /// whatever is an [`InboxFilter`](crate::InboxFilter), which are all conversations, and any of
    /// these conditions together: on channels, on sources, on a word of the state and on having unread
    /// messages. Everything else is counted, and no further than [`COUNTED`].
    pub total: u64,
}

/// How far the matches of a filter are counted: few enough that counting takes no longer where there
/// are more of them.
pub const COUNTED: u64 = 1_000;

/// Reading conversations. In a unit that writes, those that are asked for by id come in their latest
/// committed state, and nobody else can change or create them until the unit ends.
pub trait ConversationReads {
    /// The conversation with that id.
    fn conversation(&mut self, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
        Ok(self.conversations(&[id])?.pop())
    }

    /// Those of the conversations that exist, in no particular order. `ids` may repeat.
    fn conversations(&mut self, ids: &[ConversationId]) -> Result<Vec<Conversation>, StorageError>;

    /// Those conversations that have a message and pass a filter, newest message first; of two with
    /// equally new ones the one with the greater id first.
    fn conversation_page(
        &mut self,
        query: &ConversationQuery,
    ) -> Result<ConversationPage, StorageError>;

    /// The aliases among these handles. `handles` may repeat.
    fn aliases(&mut self, handles: &[(ChannelId, String)]) -> Result<Vec<Alias>, StorageError>;

    /// Every alias of a conversation.
    fn aliases_of(&mut self, conversation: ConversationId) -> Result<Vec<Alias>, StorageError>;
}

/// Writing conversations.
pub trait ConversationWrites {
    /// Inserts or replaces conversations, apart from their tags. Each id at most once.
    fn put_conversations(&mut self, conversations: &[Conversation]) -> Result<(), StorageError>;

    /// Inserts or replaces aliases.
    fn put_aliases(&mut self, aliases: &[Alias]) -> Result<(), StorageError>;

    /// Puts a tag on a conversation. `false` if it carries it already.
    fn add_tag(&mut self, conversation: ConversationId, tag: TagId) -> Result<bool, StorageError>;

    /// Takes a tag off a conversation. `false` if it does not carry it.
    fn remove_tag(
        &mut self,
        conversation: ConversationId,
        tag: TagId,
    ) -> Result<bool, StorageError>;

    /// Replaces the words under which a conversation is found: `key` is `display_name`, or
    /// `metadata.` and a dotted key. Words are in lower case, in their order; none removes them. Those
    /// under `metadata.state` have to be those of [`Conversation::state`], put in the same unit: they
    /// find conversations, and the state itself is what is counted.
    fn put_words(
        &mut self,
        conversation: ConversationId,
        key: &str,
        words: &[String],
    ) -> Result<(), StorageError>;

    /// Removes a conversation with everything that belongs to it: messages and their search terms,
    /// metadata of both, aliases, words, tags, notes of copied files, parked changes of its messages.
    /// An embedded database overwrites the bytes.
    fn erase_conversation(&mut self, id: ConversationId) -> Result<(), StorageError>;
}
