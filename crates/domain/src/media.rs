//! Files that belong to messages.

use crate::{ConversationId, MessageId, Timestamp};

/// Copying a file that a message links to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaCopy {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// How its content names the file: an address, or the provider's id of it.
    pub link: String,
    /// The key under which it lies in the media store, once it does.
    pub key: Option<String>,
    /// Its media type, once it was copied.
    pub content_type: Option<String>,
    /// Its size in bytes, once it was copied.
    pub size: Option<u64>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When this was last true.
    pub updated_at: Timestamp,
}
