//! The words under which conversations are found.

use rusqlite::params;
use switchboard_domain::ConversationId;
use switchboard_storage::StorageError;

use crate::tx::{Tx, limit};

const TABLE: &str = "conversation_words";

/// By the index `conversation_words_by_conversation`.
pub(crate) const OF_CONVERSATION: &str = "
    SELECT conversation_id, word
    FROM conversation_words
    WHERE conversation_id = ?1 AND key = ?2
    ORDER BY position";

/// By the index `conversation_words_by_conversation`.
pub(crate) const CLEAR: &str = "
    DELETE FROM conversation_words
    WHERE conversation_id = ?1 AND key = ?2";

/// By the primary key.
pub(crate) const PUT: &str = "
    INSERT INTO conversation_words (key, word, conversation_id, position)
    VALUES (?1, ?2, ?3, ?4)";

/// By the index `conversation_words_by_conversation`.
pub(crate) const ERASE: &str = "
    DELETE FROM conversation_words
    WHERE conversation_id = ?1";

pub(crate) fn put(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    key: &str,
    words: &[String],
) -> Result<(), StorageError> {
    let id = conversation.as_uuid();
    let before = of(tx, conversation, key)?;
    if before == words {
        return Ok(());
    }
    if !before.is_empty() {
        tx.execute(CLEAR, params![id.as_bytes(), key])?;
    }
    let mut statement = tx.prepare(PUT)?;
    for (position, word) in words.iter().enumerate() {
        statement.execute(params![key, word, id.as_bytes(), limit(position)])?;
    }
    Ok(())
}

fn of(tx: &Tx<'_>, conversation: ConversationId, key: &str) -> Result<Vec<String>, StorageError> {
    let params = params![conversation.as_uuid().into_bytes(), key];
    tx.all(TABLE, OF_CONVERSATION, params, |row| {
        row.text((1, "word")).map(str::to_owned)
    })
}
