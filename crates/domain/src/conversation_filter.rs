//! Which conversations to list.

use crate::{ChannelId, TagId};

/// A condition on one conversation, as a tree whose size the parser has bounded.
///
/// A database evaluates it over columns and indexes; nothing of it is evaluated in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationFilter {
    /// Every conversation.
    All,
    /// No conversation: what a query made of exclusions alone matches.
    Nothing,
    /// All of these hold; never empty.
    And(Vec<ConversationFilter>),
    /// At least one of these holds; never empty.
    Or(Vec<ConversationFilter>),
    /// It does not hold.
    Not(Box<ConversationFilter>),
    /// The conversation's id, in lower-case text, is like this.
    Id(TextPattern),
    /// The id of its channel, in lower-case text, is like this.
    Channel(TextPattern),
    /// The name of its source is like this.
    Source(TextPattern),
    /// One of its tags has this id, in lower-case text.
    Tag(TextPattern),
    /// The lower-case words of its display name.
    DisplayName(WordPattern),
    /// The lower-case words of the metadata record under this dotted key; `None` for any value.
    Metadata {
        /// The dotted key, as stored: `user_data.erp.id`, `state`.
        key: String,
        /// What its words are like.
        value: WordPattern,
    },
    /// A word of a message of it: full text. Words are folded as those that were stored.
    Text(WordPattern),
    /// How many messages are unread, within these bounds.
    UnreadCount(Range),
    /// When it was created, in milliseconds since 1970, within these bounds.
    CreatedAt(Range),
    /// When its newest message was sent, in milliseconds since 1970, within these bounds.
    LastMessageAt(Range),
}

/// What a whole value is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPattern {
    /// It is this.
    Is(String),
    /// Wildcards, see [`Wildcards`].
    Like(Wildcards),
}

/// What a value's words are like. Words are cut at white space and in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordPattern {
    /// There is a value at all: `field:*`.
    Present,
    /// One word is this.
    Word(String),
    /// These words follow one another; at least two.
    Phrase(Vec<String>),
    /// One word fits these wildcards.
    Like(Wildcards),
    /// One word lies between these, compared byte by byte; both ends included.
    Between(Option<String>, Option<String>),
}

/// Text with places where anything may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wildcards(pub Vec<Piece>);

/// A piece of [`Wildcards`]; two `Literal`s never follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Exactly this; never empty.
    Literal(String),
    /// Any character, once: `?`.
    One,
    /// Anything or nothing: `*`.
    Any,
}

/// Bounds of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The smallest that fits; `None` is no bound.
    pub from: Option<i64>,
    /// The largest that fits; `None` is no bound.
    pub to: Option<i64>,
}

/// Where a page of conversations begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationCursor {
    /// After this many conversations of the first page's order.
    Offset(u64),
    /// After the conversation that has, or had, this place.
    After(crate::ConversationPlace),
}

impl ConversationFilter {
    /// Conversations of one channel.
    pub fn of_channel(channel: ChannelId) -> Self {
        Self::Channel(TextPattern::Is(channel.to_string()))
    }

    /// Conversations with one tag.
    pub fn of_tag(tag: TagId) -> Self {
        Self::Tag(TextPattern::Is(tag.to_string()))
    }
}
