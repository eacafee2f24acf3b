//! What has happened and is committed.

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
}

/// A stored event has a kind this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of event `{0}`")]
pub struct UnknownEventKind(pub String);

impl EventKind {
    /// The name clients see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChannelUpdated => "channel.updated",
        }
    }

    /// The kind with that name.
    pub fn parse(name: &str) -> Result<Self, UnknownEventKind> {
        match name {
            "channel.updated" => Ok(Self::ChannelUpdated),
            other => Err(UnknownEventKind(other.into())),
        }
    }
}

/// An event about to be committed; its position is given at the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// To whom.
    pub subject: EventSubject,
    /// What clients are told, in the public JSON.
    pub payload: RawJson,
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
    /// What clients are told, in the public JSON.
    pub payload: RawJson,
    /// When.
    pub occurred_at: Timestamp,
}
