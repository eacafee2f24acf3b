//! Files that belong to messages.

use crate::{ConversationId, MessageId, Timestamp};

/// Copying a file that a message links to, or the picture of somebody who writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaCopy {
    /// The message; for a picture, what [`MediaCopy::for_pictures_of`] says.
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

impl MediaCopy {
    /// What stands in the place of a message for the pictures of whoever writes in a conversation. No message
    /// has that id: both are derived from different names.
    pub fn for_pictures_of(conversation: ConversationId) -> MessageId {
        MessageId::from_uuid(conversation.as_uuid())
    }

    /// Whether it is a picture of whoever writes in the conversation, and no message's file.
    pub fn is_picture(&self) -> bool {
        self.message == Self::for_pictures_of(self.conversation)
    }
}
