//! What can be searched of messages.

use switchboard_domain::Message;
use switchboard_storage::{SearchText, StorageError};
use uuid::Uuid;

use crate::batch::Batch;
use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::search;

/// Of new messages, whose sequences nothing else has.
const ADD: &str = "
    INSERT INTO message_texts (sequence, conversation_id, words)
    SELECT sequence, conversation_id, words::tsvector
    FROM (
        SELECT unnest($1::bigint[]) AS sequence, unnest($2::uuid[]) AS conversation_id,
               unnest($3::text[]) AS words
    ) AS new";

/// By the primary key. What says the same as before is left alone, and so is its index.
const PUT: &str = "
    INSERT INTO message_texts (sequence, conversation_id, words)
    SELECT sequence, conversation_id, words::tsvector
    FROM (
        SELECT unnest($1::bigint[]) AS sequence, unnest($2::uuid[]) AS conversation_id,
               unnest($3::text[]) AS words
    ) AS put
    ORDER BY sequence
    ON CONFLICT (sequence) DO UPDATE SET
        conversation_id = excluded.conversation_id,
        words = excluded.words
    WHERE message_texts.words <> excluded.words
          OR message_texts.conversation_id <> excluded.conversation_id";

/// By the primary key.
pub(crate) const REMOVE: &str = "
    DELETE FROM message_texts
    WHERE sequence = ANY($1)";

/// By the primary key. Writes those only whose messages have moved.
pub(crate) const FOLLOW: &str = "
    UPDATE message_texts
    SET conversation_id = kept.conversation_id
    FROM unnest($1::bigint[], $2::uuid[]) AS kept (sequence, conversation_id)
    WHERE message_texts.sequence = kept.sequence
          AND message_texts.conversation_id <> kept.conversation_id";

/// Texts of messages by their sequence, as columns.
#[derive(Default)]
struct Texts {
    sequences: Vec<i64>,
    conversations: Vec<Uuid>,
    documents: Vec<String>,
}

impl Texts {
    fn push(&mut self, sequence: i64, message: &Message, text: &str) {
        self.sequences.push(sequence);
        self.conversations.push(message.conversation.as_uuid());
        self.documents.push(search::document(text));
    }
}

/// Writes the texts of new messages, so many with a statement, while the unit goes on.
pub(crate) fn add<'m>(
    batch: &mut Batch<'_>,
    new: impl Iterator<Item = (i64, &'m Message, &'m str)>,
    part: usize,
) -> Result<(), StorageError> {
    let mut new = new.peekable();
    while new.peek().is_some() {
        let mut texts = Texts::default();
        for (sequence, message, text) in new.by_ref().take(part) {
            texts.push(sequence, message, text);
        }
        batch.change_meanwhile(
            ADD,
            vec![
                Box::new(texts.sequences),
                Box::new(texts.conversations),
                Box::new(texts.documents),
            ],
        )?;
    }
    Ok(())
}

/// Writes the texts of messages that were there, or removes those that have none any more. Texts that
/// are kept stay with their messages.
pub(crate) fn replace(
    connection: &mut Connection,
    messages: &[(i64, &Message, &SearchText)],
) -> Result<(), Refusal> {
    let mut texts = Texts::default();
    let mut without = Vec::new();
    let (mut kept, mut theirs) = (Vec::new(), Vec::new());
    for (sequence, message, text) in messages {
        match text {
            SearchText::Is(text) => texts.push(*sequence, message, text),
            SearchText::Gone => without.push(*sequence),
            SearchText::Kept => {
                kept.push(*sequence);
                theirs.push(message.conversation.as_uuid());
            }
        }
    }
    if !kept.is_empty() {
        connection.execute(FOLLOW, &[&kept, &theirs])?;
    }
    if !without.is_empty() {
        connection.execute(REMOVE, &[&without])?;
    }
    if !texts.sequences.is_empty() {
        connection.execute(
            PUT,
            &[&texts.sequences, &texts.conversations, &texts.documents],
        )?;
    }
    Ok(())
}
