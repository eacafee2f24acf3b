//! The words under which conversations are found.

use std::collections::BTreeMap;

use switchboard_domain::ConversationId;

use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::verbatim::Text;

/// How much of a word goes into an index, in bytes: more than an index takes is refused, and nobody asks
/// for a word by its hundredth syllable.
const LONGEST: usize = 500;

/// By the primary key, one conversation and key after the other.
pub(crate) const REMOVE: &str = "
    DELETE FROM conversation_words
    WHERE ctid = ANY(ARRAY(
        SELECT old.ctid
        FROM unnest($1::uuid[], $2::text[]) AS put (conversation_id, key)
        CROSS JOIN LATERAL (
            SELECT ctid
            FROM conversation_words
            WHERE conversation_id = put.conversation_id AND key = put.key
            OFFSET 0
        ) AS old
    ))";

const ADD: &str = "
    INSERT INTO conversation_words (conversation_id, key, position, word)
    SELECT conversation_id, key, position, word
    FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[])
         AS new (conversation_id, key, position, word)
    ORDER BY key, word";

/// As much of a word as goes into an index.
pub(crate) fn indexed(word: &str) -> String {
    start(word).to_owned()
}

/// The same as a part of it.
pub(crate) fn start(word: &str) -> &str {
    word.get(..word.floor_char_boundary(LONGEST))
        .unwrap_or(word)
}

/// Replaces the words of conversations, key by key.
pub(crate) fn replace(
    connection: &mut Connection,
    words: &BTreeMap<(ConversationId, String), Vec<String>>,
) -> Result<(), Refusal> {
    if words.is_empty() {
        return Ok(());
    }
    let conversations: Vec<_> = words.keys().map(|(id, _)| id.as_uuid()).collect();
    let keys: Vec<_> = words.keys().map(|(_, key)| Text(key)).collect();
    connection.execute(REMOVE, &[&conversations, &keys])?;

    let (mut ids, mut keys, mut positions, mut texts) = (vec![], vec![], vec![], vec![]);
    for ((id, key), words) in words {
        for (position, word) in (0_i32..).zip(words) {
            ids.push(id.as_uuid());
            keys.push(Text(key));
            positions.push(position);
            texts.push(Text(word));
        }
    }
    if !texts.is_empty() {
        connection.execute(ADD, &[&ids, &keys, &positions, &texts])?;
    }
    Ok(())
}
