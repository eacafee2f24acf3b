//! What is noted about copied files.

use postgres::Row;
use switchboard_domain::{ConversationId, MediaCopy, MessageId};
use switchboard_storage::{MediaReads, MediaWrites, StorageError, Swept, UpkeepWrites};

use crate::batch::Batch;
use crate::snapshot::{Ask, Snapshot};
use crate::stored::{Stored, column, natural};
use crate::verbatim::Text;

/// By the index `media_copies_by_link`.
pub(crate) const OF_MESSAGES: &str = "
    SELECT message_id, conversation_id, link, key, content_type, size, error, updated_at
    FROM media_copies
    WHERE message_id = ANY($1)";

/// By the index `media_copies_by_key`.
pub(crate) const USED: &str = "
    SELECT message_id
    FROM media_copies
    WHERE key = $1
    LIMIT 1";

/// Through the tables, to the first that has it.
const MENTIONED: &str = "
    SELECT 1
    WHERE EXISTS (SELECT FROM messages WHERE strpos(content, $1) > 0)
          OR EXISTS (SELECT FROM templates WHERE strpos(content, $1) > 0)
          OR EXISTS (SELECT FROM metadata WHERE strpos(value, $1) > 0)
          OR EXISTS (SELECT FROM contacts WHERE strpos(concat(details, metadata), $1) > 0)
          OR EXISTS (SELECT FROM merges WHERE strpos(source || destination, $1) > 0)
          OR EXISTS (SELECT FROM conversations WHERE strpos(avatar_url, $1) > 0)
          OR EXISTS (SELECT FROM channels WHERE strpos(image_url, $1) > 0)
          OR EXISTS (SELECT FROM custom_sources WHERE strpos(image_url, $1) > 0)
          OR EXISTS (SELECT FROM app_users WHERE strpos(avatar_url, $1) > 0)";

/// By the index `media_copies_by_link`.
const PUT: &str = "
    INSERT INTO media_copies (message_id, conversation_id, link, key, content_type, size, error,
                              updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (message_id, hashtextextended(link, 0)) DO UPDATE SET
        conversation_id = excluded.conversation_id,
        key = excluded.key,
        content_type = excluded.content_type,
        size = excluded.size,
        error = excluded.error,
        updated_at = excluded.updated_at";

/// By the index `media_copies_by_link`.
const DELETE: &str = "
    DELETE FROM media_copies
    WHERE message_id = $1";

impl MediaReads for Snapshot<'_> {
    fn media_copies(&mut self, messages: &[MessageId]) -> Result<Vec<MediaCopy>, StorageError> {
        of_messages(self, messages)
    }

    fn is_media_used(&mut self, key: &str) -> Result<bool, StorageError> {
        Ok(!self.ask(USED, &[&Text(key)])?.is_empty())
    }

    fn is_mentioned(&mut self, text: &str) -> Result<bool, StorageError> {
        Ok(!self.ask(MENTIONED, &[&text])?.is_empty())
    }
}

impl MediaReads for Batch<'_> {
    fn media_copies(&mut self, messages: &[MessageId]) -> Result<Vec<MediaCopy>, StorageError> {
        of_messages(self, messages)
    }

    fn is_media_used(&mut self, key: &str) -> Result<bool, StorageError> {
        Ok(!self.ask(USED, &[&Text(key)])?.is_empty())
    }

    fn is_mentioned(&mut self, text: &str) -> Result<bool, StorageError> {
        self.tell_everything()?;
        Ok(!self.ask(MENTIONED, &[&text])?.is_empty())
    }
}

/// Files and memory are the server's.
impl UpkeepWrites for Batch<'_> {
    fn overwrite_leftovers(
        &mut self,
        _from: Swept,
        _limit: usize,
    ) -> Result<Option<Swept>, StorageError> {
        Ok(None)
    }

    fn rest(&mut self) -> Result<(), StorageError> {
        Ok(())
    }
}

impl MediaWrites for Batch<'_> {
    fn put_media_copy(&mut self, copy: &MediaCopy) -> Result<(), StorageError> {
        self.change(
            PUT,
            &[
                &copy.message.as_uuid(),
                &copy.conversation.as_uuid(),
                &Text(&copy.link),
                &copy.key.as_deref().map(Text),
                &copy.content_type.as_deref().map(Text),
                &copy.size.map(natural),
                &copy.error.as_deref().map(Text),
                &copy.updated_at.as_millis(),
            ],
        )?;
        Ok(())
    }

    fn delete_media_copies(&mut self, message: MessageId) -> Result<(), StorageError> {
        self.change(DELETE, &[&message.as_uuid()])?;
        Ok(())
    }
}

fn of_messages(
    server: &mut impl Ask,
    messages: &[MessageId],
) -> Result<Vec<MediaCopy>, StorageError> {
    in_order(&server.ask(OF_MESSAGES, &[&column(messages, |id| id.as_uuid())])?)
}

/// Reads notes, message by message and link by link.
pub(crate) fn in_order(rows: &[Row]) -> Result<Vec<MediaCopy>, StorageError> {
    let mut copies = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    copies.sort_by(|one, other| (one.message, &one.link).cmp(&(other.message, &other.link)));
    Ok(copies)
}

fn read(row: &Row) -> Result<MediaCopy, StorageError> {
    let row = Stored::new("media_copies", row);
    let size = row.get::<Option<i64>>((5, "size"))?;
    Ok(MediaCopy {
        message: MessageId::from_uuid(row.get((0, "message_id"))?),
        conversation: ConversationId::from_uuid(row.get((1, "conversation_id"))?),
        link: row.text((2, "link"))?,
        key: row.maybe_text((3, "key"))?,
        content_type: row.maybe_text((4, "content_type"))?,
        size: size.map(|_present| row.natural((5, "size"))).transpose()?,
        error: row.maybe_text((6, "error"))?,
        updated_at: row.moment((7, "updated_at"))?,
    })
}
