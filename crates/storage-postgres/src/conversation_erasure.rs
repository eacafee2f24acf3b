//! Removing a conversation with all that belongs to it.

use switchboard_domain::ConversationId;
use switchboard_storage::StorageError;

use crate::batch::Batch;
use crate::known::Known;

/// By the indexes of each table.
pub(crate) const ERASE: &str = "
    WITH mine AS MATERIALIZED (
        SELECT sequence, id, provider_key FROM messages WHERE conversation_id = $1
    ), noted AS (
        DELETE FROM metadata
        WHERE kind = 'message' AND subject = ANY(ARRAY(SELECT id FROM mine))
    ), noted_here AS (
        DELETE FROM metadata WHERE kind = 'conversation' AND subject = $1
    ), parked AS (
        DELETE FROM parked_changes
        WHERE target = ANY(ARRAY(SELECT provider_key FROM mine WHERE provider_key IS NOT NULL))
    ), searched AS (
        DELETE FROM message_texts WHERE sequence = ANY(ARRAY(SELECT sequence FROM mine))
    ), written AS (
        DELETE FROM messages WHERE sequence = ANY(ARRAY(SELECT sequence FROM mine))
    ), called AS (
        DELETE FROM aliases WHERE conversation_id = $1
    ), found AS (
        DELETE FROM conversation_words WHERE conversation_id = $1
    ), tagged AS (
        DELETE FROM conversation_tags
        WHERE conversation_id = $1
              AND tag_id = ANY(ARRAY(SELECT unnest(tags) FROM conversations WHERE id = $1))
    ), copied AS (
        DELETE FROM media_copies WHERE conversation_id = $1
    )
    DELETE FROM conversations WHERE id = $1";

pub(crate) fn erase(batch: &mut Batch<'_>, id: ConversationId) -> Result<(), StorageError> {
    batch.known_conversation(id)?;
    batch.change(ERASE, &[&id.as_uuid()])?;
    batch.conversation_became(id, Known::default());
    Ok(())
}
