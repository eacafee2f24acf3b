//! Tags, and the conversations that carry them.

use std::collections::HashMap;

use rusqlite::params;
use switchboard_domain::{ConversationId, Tag, TagColor, TagId};
use switchboard_storage::{StorageError, TagReads, TagWrites};

use crate::counts::{self, Changes, Counted};
use crate::known::{self, Known};
use crate::stored::Stored;
use crate::tx::{Tx, list_of_ids};

const TABLE: &str = "tags";
const CARRIED_TABLE: &str = "conversation_tags";

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, name, color, created_at
    FROM tags
    WHERE id = ?1";

/// All, in the order of the index `tags_by_creation`.
pub(crate) const LIST: &str = "
    SELECT id, name, color, created_at
    FROM tags
    ORDER BY created_at, id";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO tags (id, name, color, created_at)
    VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name,
        color = excluded.color,
        created_at = excluded.created_at";

/// By the primary key.
pub(crate) const DELETE: &str = "
    DELETE FROM tags
    WHERE id = ?1";

/// By the index `conversation_tags_by_tag`.
pub(crate) const TAKE_OFF_ALL: &str = "
    DELETE FROM conversation_tags
    WHERE tag_id = ?1";

/// By the primary key, in its order.
pub(crate) const OF_CONVERSATION: &str = "
    SELECT conversation_id, tag_id
    FROM conversation_tags
    WHERE conversation_id = ?1
    ORDER BY tag_id";

/// By the primary key.
pub(crate) const OF_CONVERSATIONS: &str = "
    SELECT conversation_id, tag_id
    FROM conversation_tags
    WHERE conversation_id IN rarray(?1)
    ORDER BY conversation_id, tag_id";

/// By the primary key.
pub(crate) const PUT_ON: &str = "
    INSERT INTO conversation_tags (conversation_id, tag_id)
    VALUES (?1, ?2)
    ON CONFLICT (conversation_id, tag_id) DO NOTHING";

/// By the primary key.
pub(crate) const TAKE_OFF: &str = "
    DELETE FROM conversation_tags
    WHERE conversation_id = ?1 AND tag_id = ?2";

/// By the primary key.
pub(crate) const ERASE: &str = "
    DELETE FROM conversation_tags
    WHERE conversation_id = ?1";

impl TagReads for Tx<'_> {
    fn tag(&mut self, id: TagId) -> Result<Option<Tag>, StorageError> {
        self.first(TABLE, FIND, [id.as_uuid().into_bytes()], read)
    }

    fn tags(&mut self) -> Result<Vec<Tag>, StorageError> {
        self.all(TABLE, LIST, [], read)
    }
}

impl TagWrites for Tx<'_> {
    fn put_tag(&mut self, tag: &Tag) -> Result<(), StorageError> {
        self.execute(
            PUT,
            params![
                tag.id.as_uuid().into_bytes(),
                tag.name,
                tag.color.as_str(),
                tag.created_at.as_millis(),
            ],
        )?;
        Ok(())
    }

    fn delete_tag(&mut self, id: TagId) -> Result<bool, StorageError> {
        self.execute(TAKE_OFF_ALL, [id.as_uuid().into_bytes()])?;
        counts::forget(self, id)?;
        let deleted = self.execute(DELETE, [id.as_uuid().into_bytes()])?;
        Ok(deleted > 0)
    }
}

/// The tags of a conversation, in the order of their ids.
pub(crate) fn of_conversation(
    tx: &Tx<'_>,
    conversation: ConversationId,
) -> Result<Vec<TagId>, StorageError> {
    let params = [conversation.as_uuid().into_bytes()];
    tx.all(CARRIED_TABLE, OF_CONVERSATION, params, |row| {
        row.uuid((1, "tag_id")).map(TagId::from_uuid)
    })
}

/// What each of these conversations carries, in the order of ids; those that carry nothing are missing.
pub(crate) fn of_conversations(
    tx: &Tx<'_>,
    conversations: impl Iterator<Item = ConversationId>,
) -> Result<HashMap<ConversationId, Vec<TagId>>, StorageError> {
    let mut carried: HashMap<_, Vec<_>> = HashMap::new();
    let ids = list_of_ids(conversations.map(ConversationId::as_uuid));
    tx.prepare(OF_CONVERSATIONS)?
        .each(CARRIED_TABLE, [ids], |row| {
            let conversation = ConversationId::from_uuid(row.uuid((0, "conversation_id"))?);
            let tag = TagId::from_uuid(row.uuid((1, "tag_id"))?);
            carried.entry(conversation).or_default().push(tag);
            Ok(true)
        })?;
    Ok(carried)
}

pub(crate) fn put_on(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    tag: TagId,
) -> Result<bool, StorageError> {
    change(tx, PUT_ON, conversation, tag, 1)
}

pub(crate) fn take_off(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    tag: TagId,
) -> Result<bool, StorageError> {
    change(tx, TAKE_OFF, conversation, tag, -1)
}

fn change(
    tx: &mut Tx<'_>,
    sql: &str,
    conversation: ConversationId,
    tag: TagId,
    by: i64,
) -> Result<bool, StorageError> {
    let changed = tx.execute(
        sql,
        [
            conversation.as_uuid().into_bytes(),
            tag.as_uuid().into_bytes(),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    let known = known::of(tx, conversation)?;
    if known.as_ref().is_some_and(Known::is_listed) {
        let mut counts = Changes::default();
        counts.add(Counted::OfTag(tag), by);
        counts.write(tx)?;
    }
    Ok(true)
}

fn read(row: &Stored<'_>) -> Result<Tag, StorageError> {
    Ok(Tag {
        id: TagId::from_uuid(row.uuid((0, "id"))?),
        name: row.text((1, "name"))?.to_owned(),
        color: row.named((2, "color"), TagColor::parse)?,
        created_at: row.moment((3, "created_at"))?,
    })
}
