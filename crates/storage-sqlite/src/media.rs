//! Notes of copied files.

use rusqlite::params;
use switchboard_domain::{Conversation, ConversationId, MediaCopy, MessageId};
use switchboard_storage::{
    MediaReads, MediaWrites, Shown, ShownReads, StorageError, shown_kind_by_kind,
};

use crate::stored::Stored;
use crate::tx::Tx;

const TABLE: &str = "media_copies";

/// By the primary key, in its order.
pub(crate) const OF_MESSAGE: &str = "
    SELECT message_id, link, conversation_id, key, content_type, size, error, updated_at
    FROM media_copies
    WHERE message_id = ?1
    ORDER BY link";

/// By the index `media_copies_by_key`.
pub(crate) const IS_USED: &str = "
    SELECT message_id
    FROM media_copies
    WHERE key = ?1
    LIMIT 1";

/// Through the tables, to the first that has it.
pub(crate) const IS_MENTIONED: &str = "
    SELECT 1
    WHERE EXISTS (SELECT 1 FROM messages WHERE instr(content, ?1) > 0)
        OR EXISTS (SELECT 1 FROM templates WHERE instr(content, ?1) > 0)
        OR EXISTS (SELECT 1 FROM metadata WHERE instr(value, ?1) > 0)
        OR EXISTS (SELECT 1 FROM contacts WHERE instr(document, ?1) > 0)
        OR EXISTS (SELECT 1 FROM merges WHERE instr(source || destination, ?1) > 0)
        OR EXISTS (SELECT 1 FROM conversations WHERE instr(avatar_url, ?1) > 0)
        OR EXISTS (SELECT 1 FROM channels WHERE instr(image_url, ?1) > 0)
        OR EXISTS (SELECT 1 FROM custom_sources WHERE instr(image_url, ?1) > 0)
        OR EXISTS (SELECT 1 FROM users WHERE instr(avatar_url, ?1) > 0)";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO media_copies (message_id, link, conversation_id, key, content_type, size, error,
                              updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (message_id, link) DO UPDATE SET
        conversation_id = excluded.conversation_id,
        key = excluded.key,
        content_type = excluded.content_type,
        size = excluded.size,
        error = excluded.error,
        updated_at = excluded.updated_at";

/// By the index `media_copies_by_conversation`.
pub(crate) const ERASE: &str = "
    DELETE FROM media_copies
    WHERE conversation_id = ?1";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM media_copies
    WHERE message_id = ?1";

/// The database is in this process.
impl ShownReads for Tx<'_> {
    fn shown_with(&mut self, conversations: &[Conversation]) -> Result<Shown, StorageError> {
        shown_kind_by_kind(self, conversations)
    }
}

impl MediaReads for Tx<'_> {
    fn media_copies(&mut self, messages: &[MessageId]) -> Result<Vec<MediaCopy>, StorageError> {
        let mut messages = messages.to_vec();
        messages.sort_unstable();
        messages.dedup();
        let mut found = Vec::new();
        let mut statement = self.prepare(OF_MESSAGE)?;
        for message in messages {
            statement.append(&mut found, TABLE, [message.as_uuid().into_bytes()], read)?;
        }
        Ok(found)
    }

    fn is_media_used(&mut self, key: &str) -> Result<bool, StorageError> {
        let found = self.first(TABLE, IS_USED, [key], |_row| Ok(()))?;
        Ok(found.is_some())
    }

    fn is_mentioned(&mut self, text: &str) -> Result<bool, StorageError> {
        let found = self.first("messages", IS_MENTIONED, [text], |_row| Ok(()))?;
        Ok(found.is_some())
    }
}

impl MediaWrites for Tx<'_> {
    fn put_media_copy(&mut self, copy: &MediaCopy) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                copy.message.as_uuid().into_bytes(),
                copy.link,
                copy.conversation.as_uuid().into_bytes(),
                copy.key,
                copy.content_type,
                copy.size
                    .map(|size| i64::try_from(size).unwrap_or(i64::MAX)),
                copy.error,
                copy.updated_at.as_millis(),
            ],
        )?;
        Ok(())
    }

    fn delete_media_copies(&mut self, message: MessageId) -> Result<(), StorageError> {
        if self.execute(DELETE, [message.as_uuid().into_bytes()])? > 0 {
            self.secrets_erased = true;
        }
        Ok(())
    }
}

fn read(row: &Stored<'_>) -> Result<MediaCopy, StorageError> {
    let size = (5, "size");
    Ok(MediaCopy {
        message: MessageId::from_uuid(row.uuid((0, "message_id"))?),
        link: row.text((1, "link"))?.to_owned(),
        conversation: ConversationId::from_uuid(row.uuid((2, "conversation_id"))?),
        key: row.optional_owned((3, "key"))?,
        content_type: row.optional_owned((4, "content_type"))?,
        size: row
            .optional_integer(size)?
            .map(u64::try_from)
            .transpose()
            .map_err(|problem| row.unreadable(size, problem))?,
        error: row.optional_owned((6, "error"))?,
        updated_at: row.moment((7, "updated_at"))?,
    })
}
