//! Numbers that are kept, so that nobody has to count: conversations by kind, and contacts.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_domain::{ChannelId, Conversation, Source, TagId};
use switchboard_storage::StorageError;

use crate::connection::Connection;
use crate::refusal::Refusal;
use crate::snapshot::Ask;
use crate::stored::Stored;
use crate::verbatim::Text;
use crate::words;

/// By the primary key. Other connections have other slots, so nobody waits here.
pub(crate) const ADD: &str = "
    INSERT INTO counts (kind, key, slot, number)
    SELECT kind, key, $1, number
    FROM unnest($2::text[], $3::text[], $4::bigint[]) AS change (kind, key, number)
    ORDER BY kind, key
    ON CONFLICT (kind, key, slot) DO UPDATE SET number = counts.number + excluded.number";

/// By the primary key.
pub(crate) const SUM: &str = "
    SELECT kind, coalesce(sum(number), 0)::bigint
    FROM counts
    WHERE kind = $1 AND key = $2
    GROUP BY kind";

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Count {
    kind: &'static str,
    key: String,
}

impl Count {
    /// Every conversation with a message.
    pub(crate) fn all() -> Self {
        Self::new("all", "")
    }

    /// Those that have unread messages.
    pub(crate) fn unread() -> Self {
        Self::new("unread", "")
    }

    /// Those of a channel.
    pub(crate) fn of_channel(channel: ChannelId) -> Self {
        Self::new("channel", channel.to_string())
    }

    /// Those of a source.
    pub(crate) fn of_source(source: &str) -> Self {
        Self::new("source", source)
    }

    /// Those whose state has this lower-case word.
    pub(crate) fn of_state(word: &str) -> Self {
        Self::new("state", words::indexed(word))
    }

    /// Those with a tag.
    pub(crate) fn of_tag(tag: TagId) -> Self {
        Self::new("tag", tag.to_string())
    }

    /// Every contact.
    pub(crate) fn contacts() -> Self {
        Self::new("contacts", "")
    }

    fn new(kind: &'static str, key: impl Into<String>) -> Self {
        Self {
            kind,
            key: key.into(),
        }
    }
}

/// Everything but its tags that a conversation is counted under: nothing before its first message.
pub(crate) fn of(conversation: &Conversation) -> BTreeSet<Count> {
    if conversation.last_message.is_none() {
        return BTreeSet::new();
    }
    let mut counts = BTreeSet::from([
        Count::all(),
        Count::of_channel(conversation.channel),
        Count::of_source(Source::as_str(&conversation.source)),
    ]);
    if conversation.unread_count > 0 {
        counts.insert(Count::unread());
    }
    let state = conversation.state.as_deref().unwrap_or_default();
    counts.extend(state.to_lowercase().split_whitespace().map(Count::of_state));
    counts
}

/// Adds to counts.
pub(crate) fn add(
    connection: &mut Connection,
    changes: &BTreeMap<Count, i64>,
) -> Result<(), Refusal> {
    if changes.is_empty() {
        return Ok(());
    }
    let slot = connection.slot()?;
    let kinds: Vec<_> = changes.keys().map(|count| count.kind).collect();
    let keys: Vec<_> = changes.keys().map(|count| Text(&count.key)).collect();
    let numbers: Vec<_> = changes.values().copied().collect();
    connection.execute(ADD, &[&slot, &kinds, &keys, &numbers])?;
    Ok(())
}

/// A number.
pub(crate) fn sum(server: &mut impl Ask, count: &Count) -> Result<u64, StorageError> {
    let sum = server.first(SUM, &[&count.kind, &Text(&count.key)], |row| {
        Stored::new("counts", row).natural((1, "number"))
    })?;
    Ok(sum.unwrap_or_default())
}
