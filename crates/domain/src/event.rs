//! What has happened and is committed.

use uuid::Uuid;

use crate::{EventSubject, RawJson, Timestamp};

/// Where an event stands in the log. Grows in the order of commits; may have gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(i64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The position behind a stored number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// The kinds of event, named as clients see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A channel was connected, changed or disconnected.
    ChannelUpdated,
    /// A message was stored. Its subject is the conversation.
    MessageCreated,
    /// A message changed: edited, taken back, or confirmed by the contact's side.
    MessageUpdated,
    /// A conversation changed otherwise than by a message: read, tagged, closed, named.
    ConversationUpdated,
    /// The metadata of a message, a conversation or a channel changed.
    MetadataUpdated,
    /// A tag was created or changed.
    TagUpdated,
    /// A tag was deleted.
    TagDeleted,
    /// A contact was made or changed.
    ContactUpdated,
    /// A contact was deleted, or merged into another.
    ContactDeleted,
}

/// A stored event has a kind this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of event `{0}`")]
pub struct UnknownEventKind(pub String);

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::ChannelUpdated,
        Self::MessageCreated,
        Self::MessageUpdated,
        Self::ConversationUpdated,
        Self::MetadataUpdated,
        Self::TagUpdated,
        Self::TagDeleted,
        Self::ContactUpdated,
        Self::ContactDeleted,
    ];

    /// The name clients see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChannelUpdated => "channel.updated",
            Self::MessageCreated => "message.created",
            Self::MessageUpdated => "message.updated",
            Self::ConversationUpdated => "conversation.updated",
            Self::MetadataUpdated => "metadata.updated",
            Self::TagUpdated => "tag.updated",
            Self::TagDeleted => "tag.deleted",
            Self::ContactUpdated => "contact.updated",
            Self::ContactDeleted => "contact.deleted",
        }
    }

    /// The kind with that name.
    pub fn parse(name: &str) -> Result<Self, UnknownEventKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| UnknownEventKind(name.into()))
    }
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventBody {
    /// What clients are told, in the public JSON.
    Told(RawJson),
    /// Which thing it is about. Clients are told its state when they are told: the log holds no
    /// second copy of what people wrote.
    About(Uuid),
}

/// An event about to be committed; its position is given at the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub subject: EventSubject,
    /// What it says.
    pub body: EventBody,
    /// When.
    pub occurred_at: Timestamp,
}

/// A committed event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log.
    pub position: Position,
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub subject: EventSubject,
    /// What it says.
    pub body: EventBody,
    /// When.
    pub occurred_at: Timestamp,
}
