//! The tags that conversations carry.

use switchboard_domain::{ConversationId, TagId};
use switchboard_storage::StorageError;

use crate::batch::Batch;

/// By the primary keys of both tables.
pub(crate) const ADD: &str = "
    WITH tagged AS (
        UPDATE conversations
        SET tags = ARRAY(SELECT tag FROM unnest(tags || $2::uuid) AS tag ORDER BY tag)
        WHERE id = $1 AND NOT $2 = ANY(tags)
        RETURNING id
    )
    INSERT INTO conversation_tags (tag_id, conversation_id)
    SELECT $2, id FROM tagged";

/// By the primary keys of both tables.
pub(crate) const REMOVE: &str = "
    WITH untagged AS (
        UPDATE conversations
        SET tags = array_remove(tags, $2)
        WHERE id = $1 AND $2 = ANY(tags)
        RETURNING id
    )
    DELETE FROM conversation_tags
    WHERE tag_id = $2 AND conversation_id = ANY(ARRAY(SELECT id FROM untagged))";

pub(crate) fn add(
    batch: &mut Batch<'_>,
    id: ConversationId,
    tag: TagId,
) -> Result<bool, StorageError> {
    let mut known = batch.known_conversation(id)?;
    if known.stored.is_none() || known.tags.contains(&tag) {
        return Ok(false);
    }
    batch.change(ADD, &[&id.as_uuid(), &tag.as_uuid()])?;
    known.tags.push(tag);
    known.tags.sort_unstable();
    batch.conversation_became(id, known);
    Ok(true)
}

pub(crate) fn remove(
    batch: &mut Batch<'_>,
    id: ConversationId,
    tag: TagId,
) -> Result<bool, StorageError> {
    let mut known = batch.known_conversation(id)?;
    if !known.tags.contains(&tag) {
        return Ok(false);
    }
    batch.change(REMOVE, &[&id.as_uuid(), &tag.as_uuid()])?;
    known.tags.retain(|carried| *carried != tag);
    batch.conversation_became(id, known);
    Ok(true)
}
