//! Numbers that are kept, so that nobody has to count: conversations by what inboxes ask for, and contacts.

use std::collections::BTreeMap;

use switchboard_domain::{
    ChannelId, Conversation, ConversationFilter, Source, TagId, TextPattern, state_words,
};
use switchboard_storage::{InboxFilter, StorageError, Tally, TallyNumbers};

use crate::connection::Connection;
use crate::conversation_filter::exact_id;
use crate::refusal::Refusal;
use crate::snapshot::Ask;
use crate::stored::Stored;
use crate::verbatim::Text;
use crate::words;

/// By the primary key. Other connections have other slots, so nobody waits here.
pub(crate) const ADD: &str = "
    INSERT INTO counts (kind, key, state, source, slot, number, unread)
    SELECT kind, key, state, source, $1, number, unread
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
         AS change (kind, key, state, source, number, unread)
    ORDER BY kind, key, state, source
    ON CONFLICT (kind, key, state, source, slot) DO UPDATE SET
        number = counts.number + excluded.number,
        unread = counts.unread + excluded.unread";

/// By the primary key: a row for each source.
pub(crate) const SUM: &str = "
    SELECT kind, source, sum(number)::bigint, sum(unread)::bigint
    FROM counts
    WHERE kind = $1 AND key = $2 AND state = $3
    GROUP BY kind, source";

/// What is counted. All but the contacts are conversations with a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Count {
    kind: &'static str,
    key: String,
    state: String,
    source: String,
}

/// What is added to a number, and to that of those with unread messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) number: i64,
    pub(crate) unread: i64,
}

impl Change {
    pub(crate) const fn of(number: i64) -> Self {
        Self { number, unread: 0 }
    }

    /// Both together; `None` if they come to nothing.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        let sum = Self {
            number: self.number + other.number,
            unread: self.unread + other.unread,
        };
        (sum != Self::default()).then_some(sum)
    }
}

impl Count {
    /// Those with a tag.
    pub(crate) fn of_tag(tag: TagId) -> Self {
        Self::new("tag", tag.to_string())
    }

    /// Every contact.
    pub(crate) fn contacts() -> Self {
        Self::new("contacts", String::new())
    }

    /// Those of a tally, whatever their source.
    fn of_tally(tally: &Tally) -> Self {
        let count = match tally.channel {
            Some(channel) => Self::new("channel", channel.to_string()),
            None => Self::new("all", String::new()),
        };
        Self {
            state: words::indexed(tally.state.as_str()),
            ..count
        }
    }

    fn new(kind: &'static str, key: String) -> Self {
        Self {
            kind,
            key,
            state: String::new(),
            source: String::new(),
        }
    }
}

/// What a conversation with a message is counted by, apart from its tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    channel: ChannelId,
    source: Source,
    state: Option<String>,
    has_unread: bool,
}

impl Listed {
    pub(crate) fn of(conversation: &Conversation) -> Option<Self> {
        conversation.last_message.map(|_| Self {
            channel: conversation.channel,
            source: conversation.source.clone(),
            state: conversation.state.clone(),
            has_unread: conversation.unread_count > 0,
        })
    }

    /// What it adds to counts, so many times.
    pub(crate) fn counts(&self, by: i64) -> BTreeMap<Count, Change> {
        let change = Change {
            number: by,
            unread: if self.has_unread { by } else { 0 },
        };
        Tally::of(self.channel, &state_words(self.state.as_deref()))
            .iter()
            .map(|tally| {
                let count = Count {
                    source: self.source.as_str().to_owned(),
                    ..Count::of_tally(tally)
                };
                // Words that differ only beyond what an index takes are one here.
                (count, change)
            })
            .collect()
    }
}

/// Adds to counts.
pub(crate) fn add(
    connection: &mut Connection,
    changes: &BTreeMap<Count, Change>,
) -> Result<(), Refusal> {
    if changes.is_empty() {
        return Ok(());
    }
    let slot = connection.slot()?;
    let kinds: Vec<_> = changes.keys().map(|count| count.kind).collect();
    let keys: Vec<_> = changes.keys().map(|count| Text(&count.key)).collect();
    let states: Vec<_> = changes.keys().map(|count| Text(&count.state)).collect();
    let sources: Vec<_> = changes.keys().map(|count| Text(&count.source)).collect();
    let numbers: Vec<_> = changes.values().map(|change| change.number).collect();
    let unread: Vec<_> = changes.values().map(|change| change.unread).collect();
    connection.execute(
        ADD,
        &[&slot, &kinds, &keys, &states, &sources, &numbers, &unread],
    )?;
    Ok(())
}

/// How many contacts there are.
pub(crate) fn contacts(server: &mut impl Ask) -> Result<u64, StorageError> {
    Ok(sum(&numbers(server, &Count::contacts())?))
}

/// Numbers that were asked for, so that one question asks for each once.
#[derive(Debug, Default)]
pub(crate) struct Asked(BTreeMap<Count, Vec<TallyNumbers>>);

impl Asked {
    /// How many conversations pass a filter, if that number is kept.
    pub(crate) fn kept(
        &mut self,
        server: &mut impl Ask,
        filter: &ConversationFilter,
    ) -> Result<Option<u64>, StorageError> {
        if let Some(tag) = tag(filter) {
            let numbers = self.numbers(server, Count::of_tag(tag))?;
            return Ok(Some(sum(&numbers)));
        }
        InboxFilter::of(filter)
            .map(|inbox| self.of_inbox(server, &inbox))
            .transpose()
    }

    /// How many conversations pass.
    pub(crate) fn of_inbox(
        &mut self,
        server: &mut impl Ask,
        inbox: &InboxFilter,
    ) -> Result<u64, StorageError> {
        inbox.total(|tally| self.numbers(server, Count::of_tally(tally)))
    }

    fn numbers(
        &mut self,
        server: &mut impl Ask,
        count: Count,
    ) -> Result<Vec<TallyNumbers>, StorageError> {
        if let Some(known) = self.0.get(&count) {
            return Ok(known.clone());
        }
        let numbers = numbers(server, &count)?;
        self.0.insert(count, numbers.clone());
        Ok(numbers)
    }
}

/// The tag that is asked for, and nothing else.
fn tag(filter: &ConversationFilter) -> Option<TagId> {
    match filter {
        ConversationFilter::And(one) | ConversationFilter::Or(one) => match one.as_slice() {
            [one] => tag(one),
            _ => None,
        },
        ConversationFilter::Tag(TextPattern::Is(id)) => exact_id(id).map(TagId::from_uuid),
        _ => None,
    }
}

fn sum(numbers: &[TallyNumbers]) -> u64 {
    let sum: i64 = numbers.iter().map(|numbers| numbers.listed).sum();
    u64::try_from(sum).unwrap_or_default()
}

/// What is kept under a key, source by source.
fn numbers(server: &mut impl Ask, count: &Count) -> Result<Vec<TallyNumbers>, StorageError> {
    let key = [&count.key, &count.state].map(|text| Text(text));
    let rows = server.ask(SUM, &[&count.kind, &key[0], &key[1]])?;
    rows.iter()
        .map(|row| {
            let row = Stored::new("counts", row);
            Ok(TallyNumbers {
                source: row.text((1, "source"))?,
                listed: row.get((2, "number"))?,
                unread: row.get((3, "unread"))?,
            })
        })
        .collect()
}
