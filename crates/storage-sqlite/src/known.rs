//! What the indexes and counts say of conversations, so that no more of them is written than has changed.

use switchboard_domain::{ChannelId, Conversation, ConversationId, Source, Timestamp, state_words};
use switchboard_storage::{StorageError, Tally};

use crate::conversations::TABLE;
use crate::counts::{Changes, Counted};
use crate::tags;
use crate::tx::Tx;

/// By the primary key.
pub(crate) const FIND: &str = "
    SELECT id, channel_id, source, last_message_at, unread_count, state
    FROM conversations
    WHERE id = ?1";

/// By the primary key.
pub(crate) const PUT_UNREAD: &str = "
    INSERT INTO unread_conversations (conversation_id)
    VALUES (?1)
    ON CONFLICT (conversation_id) DO NOTHING";

/// By the primary key.
pub(crate) const DELETE_UNREAD: &str = "
    DELETE FROM unread_conversations
    WHERE conversation_id = ?1";

/// What the indexes and counts say of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) channel: ChannelId,
    pub(crate) source: Source,
    pub(crate) last_message_at: Option<Timestamp>,
    unread_count: u64,
    state: Option<String>,
}

impl Known {
    pub(crate) fn of(conversation: &Conversation) -> Self {
        Self {
            channel: conversation.channel,
            source: conversation.source.clone(),
            last_message_at: conversation.last_message.map(|last| last.sent_at),
            unread_count: conversation.unread_count,
            state: conversation.state.clone(),
        }
    }

    /// Whether it is listed, and so counted.
    pub(crate) const fn is_listed(&self) -> bool {
        self.last_message_at.is_some()
    }

    const fn has_unread(&self) -> bool {
        self.unread_count > 0
    }

    /// Whether the index of activity says the same of both, which are of one source.
    pub(crate) fn is_listed_as(&self, other: &Self) -> bool {
        self.last_message_at == other.last_message_at
            && self.unread_count == other.unread_count
            && self.state == other.state
    }

    /// Whether both are counted alike, if they are listed.
    fn is_counted_as(&self, other: &Self) -> bool {
        self.channel == other.channel
            && self.source == other.source
            && self.has_unread() == other.has_unread()
            && self.state == other.state
    }

    /// Adds it to the counts, or takes it out of them.
    fn tally(&self, by: i64, counts: &mut Changes) {
        let unread = if self.has_unread() { by } else { 0 };
        for tally in Tally::of(self.channel, &state_words(self.state.as_deref())) {
            let counted = Counted::Tallied(tally, self.source.clone());
            counts.add_with_unread(counted, by, unread);
        }
    }
}

/// What is known of a conversation; `None` if there is none.
pub(crate) fn of(tx: &mut Tx<'_>, id: ConversationId) -> Result<Option<Known>, StorageError> {
    if let Some(known) = tx.known.get(&id) {
        return Ok(known.clone());
    }
    let known = tx.first(TABLE, FIND, [id.as_uuid().into_bytes()], |row| {
        Ok(Known {
            channel: ChannelId::from_uuid(row.uuid((1, "channel_id"))?),
            source: Source::new(row.text((2, "source"))?),
            last_message_at: row.optional_moment((3, "last_message_at"))?,
            unread_count: row.count((4, "unread_count"))?,
            state: row.optional_owned((5, "state"))?,
        })
    })?;
    tx.known.insert(id, known.clone());
    Ok(known)
}

/// Writes down how listing a conversation has changed.
pub(crate) fn count(
    tx: &Tx<'_>,
    id: ConversationId,
    before: Option<&Known>,
    now: Option<&Known>,
    counts: &mut Changes,
) -> Result<(), StorageError> {
    let before = before.filter(|known| known.is_listed());
    let now = now.filter(|known| known.is_listed());
    if before.is_some() != now.is_some() {
        let by = if now.is_some() { 1 } else { -1 };
        for tag in tags::of_conversation(tx, id)? {
            counts.add(Counted::OfTag(tag), by);
        }
    }
    match (before, now) {
        (Some(before), Some(now)) if before.is_counted_as(now) => return Ok(()),
        _ => {}
    }
    for (known, by) in [(before, -1), (now, 1)] {
        if let Some(known) = known {
            known.tally(by, counts);
        }
    }
    let had_unread = before.is_some_and(Known::has_unread);
    let has_unread = now.is_some_and(Known::has_unread);
    if had_unread != has_unread {
        let statement = if has_unread {
            PUT_UNREAD
        } else {
            DELETE_UNREAD
        };
        tx.execute(statement, [id.as_uuid().into_bytes()])?;
    }
    Ok(())
}
