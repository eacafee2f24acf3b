//! What is noted about conversations, messages and channels, in flat records.

use uuid::Uuid;

use crate::{ChannelId, ConversationId, MessageId, Timestamp};

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetadataSubject {
    /// A conversation, which need not exist yet.
    Conversation(ConversationId),
    /// A message, which need not exist yet.
    Message(MessageId),
    /// A channel, which need not exist yet.
    Channel(ChannelId),
}

impl MetadataSubject {
    /// The kind, as clients write it.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Conversation(_) => "conversation",
            Self::Message(_) => "message",
            Self::Channel(_) => "channel",
        }
    }

    /// The id.
    pub const fn as_uuid(self) -> Uuid {
        match self {
            Self::Conversation(id) => id.as_uuid(),
            Self::Message(id) => id.as_uuid(),
            Self::Channel(id) => id.as_uuid(),
        }
    }

    /// The subject of that kind and id; `None` if there is no such kind.
    pub fn parse(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "conversation" => Some(Self::Conversation(ConversationId::from_uuid(id))),
            "message" => Some(Self::Message(MessageId::from_uuid(id))),
            "channel" => Some(Self::Channel(ChannelId::from_uuid(id))),
            _ => None,
        }
    }
}

/// One value under one dotted key. Of several writes the one with the latest `written_at` stays, and of
/// those the greatest value, so that their order of arrival does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataRecord {
    /// What it is about.
    pub subject: MetadataSubject,
    /// The dotted key: `user_data.erp.id`.
    pub key: String,
    /// The value; [`MetadataValue::Removed`] is kept, so that an older write does not come back.
    pub value: MetadataValue,
    /// When it was written, or when the provider says it became true.
    pub written_at: Timestamp,
}

impl MetadataRecord {
    /// The key under which the state of a conversation is kept beside the conversation itself, so that
    /// it is known when it was set. [`MetadataValue::Null`] if a user took it away.
    pub const STATE: &str = "state";

    /// The same for the handle of a conversation. What stands below `hub` is the hub's own.
    pub const HANDLE: &str = "hub.handle";

    /// Whether clients see it.
    pub fn is_shown(&self) -> bool {
        match self.key.as_str() {
            Self::STATE => self.value != MetadataValue::Null,
            key => !key.starts_with("hub."),
        }
    }
}

/// A value with its type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MetadataValue {
    /// There was a value, and it was removed.
    Removed,
    /// Text.
    Text(String),
    /// A number, in JSON.
    Number(String),
    /// True or false.
    Bool(bool),
    /// An explicit nothing.
    Null,
    /// An array, in JSON.
    Array(String),
    /// An object, in JSON.
    Object(String),
}

impl MetadataValue {
    /// The name of the type, in the store.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Text(_) => "text",
            Self::Number(_) => "number",
            Self::Bool(_) => "bool",
            Self::Null => "null",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// The value as text: what is stored and what is searched.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Removed => "",
            Self::Text(text) | Self::Number(text) | Self::Array(text) | Self::Object(text) => text,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Null => "null",
        }
    }

    /// The value behind what was stored; `None` if it was not stored by this program.
    pub fn parse(type_name: &str, text: &str) -> Option<Self> {
        match (type_name, text) {
            ("removed", _) => Some(Self::Removed),
            ("text", text) => Some(Self::Text(text.to_owned())),
            ("number", text) => Some(Self::Number(text.to_owned())),
            ("bool", "true") => Some(Self::Bool(true)),
            ("bool", "false") => Some(Self::Bool(false)),
            ("null", _) => Some(Self::Null),
            ("array", text) => Some(Self::Array(text.to_owned())),
            ("object", text) => Some(Self::Object(text.to_owned())),
            _ => None,
        }
    }
}
