//! Recent messages, and gathering them into the large indexes.
//!
//! Messages are found by their id and by their conversation, and both lie at random. Put into a large
//! index one by one, nearly each message changes a page of its own there, which is then written to the
//! log and moved from it. So recent messages are in small indexes, of which every page changes again
//! and again, and go from there into the large ones in slices of neighbours, several for a page. A
//! message is always in exactly one of the two, and whoever looks for it looks into both.

use std::cell::Cell;

use metrics::counter;
use rusqlite::{Connection, params};
use switchboard_domain::{ConversationId, MessageId, MessageSequence, Timestamp};
use switchboard_storage::StorageError;

use crate::tx::Tx;

/// Into how many slices what is recent is cut, by the first byte of ids and conversations.
const SLICES: u8 = 32;

/// Along the primary key.
const COUNT: &str = "
    SELECT COUNT(*)
    FROM recent_message_ids";

/// Along the primary keys. The rows of messages were added last. Should one fail, nothing of the unit is kept, so
/// SQLite need not remember how pages were before the statement.
pub(crate) const ADD: [&str; 2] = [
    "
    INSERT OR FAIL INTO recent_message_ids (id, sequence)
    SELECT id, sequence
    FROM messages
    WHERE sequence >= ?1",
    "
    INSERT OR FAIL INTO recent_conversation_messages (conversation_id, sent_at, sequence)
    SELECT conversation_id, sent_at, sequence
    FROM messages
    WHERE sequence >= ?1",
];

/// Along the primary keys: `?1` is where a slice begins, `?2` where the next one does. The ids come last. Should one
/// fail, nothing of the transaction is kept.
pub(crate) const GATHER: [&str; 4] = [
    "
    INSERT OR FAIL INTO conversation_messages (conversation_id, sent_at, sequence)
    SELECT conversation_id, sent_at, sequence
    FROM recent_conversation_messages
    WHERE conversation_id >= ?1 AND conversation_id < ?2
    ORDER BY conversation_id, sent_at, sequence",
    "
    DELETE FROM recent_conversation_messages
    WHERE conversation_id >= ?1 AND conversation_id < ?2",
    "
    INSERT OR FAIL INTO message_ids (id, sequence)
    SELECT id, sequence
    FROM recent_message_ids
    WHERE id >= ?1 AND id < ?2
    ORDER BY id",
    "
    DELETE FROM recent_message_ids
    WHERE id >= ?1 AND id < ?2",
];

/// By the primary keys.
pub(crate) const ERASE_ID: [&str; 2] = [
    "
    DELETE FROM recent_message_ids
    WHERE id = ?1",
    "
    DELETE FROM message_ids
    WHERE id = ?1",
];

/// By the primary keys.
pub(crate) const ERASE_PLACE: [&str; 2] = [
    "
    DELETE FROM recent_conversation_messages
    WHERE conversation_id = ?1 AND sent_at = ?2 AND sequence = ?3",
    "
    DELETE FROM conversation_messages
    WHERE conversation_id = ?1 AND sent_at = ?2 AND sequence = ?3",
];

/// By the primary keys.
pub(crate) const ERASE_PLACES: [&str; 2] = [
    "
    DELETE FROM recent_conversation_messages
    WHERE conversation_id = ?1",
    "
    DELETE FROM conversation_messages
    WHERE conversation_id = ?1",
];

/// By the primary key.
pub(crate) const PUT_PLACE: &str = "
    INSERT INTO recent_conversation_messages (conversation_id, sent_at, sequence)
    VALUES (?1, ?2, ?3)";

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) conversation: ConversationId,
    pub(crate) sent_at: Timestamp,
    pub(crate) sequence: MessageSequence,
}

impl Place {
    fn columns(self) -> ([u8; 16], i64, i64) {
        (
            self.conversation.as_uuid().into_bytes(),
            self.sent_at.as_millis(),
            self.sequence.0,
        )
    }
}

/// How many messages are recent, about, and which slice is gathered next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recent {
    messages: u64,
    next: u8,
}

/// What gathers recent messages.
#[derive(Debug)]
pub(crate) struct Gatherer {
    /// As of the last commit.
    recent: Cell<Recent>,
    /// How many messages may be recent.
    most: u64,
}

impl Gatherer {
    /// For a database as it is.
    pub(crate) fn new(connection: &Connection, most: usize) -> rusqlite::Result<Self> {
        let messages: i64 = connection.query_row(COUNT, [], |row| row.get(0))?;
        let recent = Recent {
            messages: messages.unsigned_abs(),
            next: 0,
        };
        Ok(Self {
            recent: Cell::new(recent),
            most: u64::try_from(most).unwrap_or(u64::MAX),
        })
    }

    /// Gathers slices until no more messages than wanted are recent, of which a transaction has `added`
    /// some. Says what is recent then, which is to be kept once the transaction is committed.
    pub(crate) fn gather(
        &self,
        connection: &Connection,
        added: u64,
    ) -> Result<Recent, StorageError> {
        let mut recent = self.recent.get();
        recent.messages = recent.messages.saturating_add(added);
        let mut gathered = 0;
        while recent.messages > self.most && gathered < SLICES {
            let moved = gather(connection, recent.next)?;
            recent.messages = recent.messages.saturating_sub(moved);
            recent.next = (recent.next + 1) % SLICES;
            gathered += 1;
        }
        if gathered == SLICES {
            recent.messages = 0;
        }
        Ok(recent)
    }

    pub(crate) fn keep(&self, recent: Recent) {
        self.recent.set(recent);
    }
}

/// Gathers a slice; says how many ids it had.
fn gather(connection: &Connection, slice: u8) -> Result<u64, StorageError> {
    let width = 256 / u16::from(SLICES);
    let edge = |slice: u8| -> Vec<u8> {
        // Behind the last slice lies everything that is longer than an id.
        u8::try_from(u16::from(slice) * width).map_or_else(|_| vec![u8::MAX; 17], |byte| vec![byte])
    };
    let bounds = params![edge(slice), edge(slice + 1)];
    let mut moved = 0;
    for sql in GATHER {
        counter!("switchboard_store_statements_total").increment(1);
        let statement = connection.prepare_cached(sql);
        // Whatever is wrong here, no unit of work has brought it.
        moved = statement
            .and_then(|mut statement| statement.execute(bounds))
            .map_err(StorageError::unavailable)?;
    }
    Ok(u64::try_from(moved).unwrap_or(u64::MAX))
}

/// Puts messages among the recent ones. Nothing else may have been added since the first of them.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    added: impl Iterator<Item = MessageSequence> + Clone,
) -> Result<(), StorageError> {
    let Some(first) = added.clone().min() else {
        return Ok(());
    };
    for sql in ADD {
        tx.execute(sql, [first.0])?;
    }
    let added = u64::try_from(added.count()).unwrap_or(u64::MAX);
    tx.recent = tx.recent.saturating_add(added);
    Ok(())
}

/// Puts a message elsewhere.
pub(crate) fn move_place(tx: &Tx<'_>, from: Place, to: Place) -> Result<(), StorageError> {
    if from == to {
        return Ok(());
    }
    erase_place(tx, from)?;
    tx.execute(PUT_PLACE, to.columns()).map(drop)
}

/// Takes a message out of its conversation.
pub(crate) fn erase_place(tx: &Tx<'_>, place: Place) -> Result<(), StorageError> {
    for sql in ERASE_PLACE {
        tx.execute(sql, place.columns())?;
    }
    Ok(())
}

/// Takes all messages out of a conversation.
pub(crate) fn erase_places(tx: &Tx<'_>, of: ConversationId) -> Result<(), StorageError> {
    for sql in ERASE_PLACES {
        tx.execute(sql, [of.as_uuid().as_bytes()])?;
    }
    Ok(())
}

/// Forgets the id of a message.
pub(crate) fn erase_id(tx: &Tx<'_>, id: MessageId) -> Result<(), StorageError> {
    for sql in ERASE_ID {
        tx.execute(sql, [id.as_uuid().as_bytes()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
