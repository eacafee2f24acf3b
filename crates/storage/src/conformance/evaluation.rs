//! What a filter means, evaluated over a few conversations in memory.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_domain::{
    Conversation, ConversationFilter as Filter, ConversationId, Piece, Range, TagId, TextPattern,
    Wildcards, WordPattern,
};

/// A conversation with everything it is found by.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) conversation: Conversation,
    pub(super) tags: BTreeSet<TagId>,
    /// The words of its display name, in lower case.
    pub(super) name: Vec<String>,
    /// The words of its metadata under their keys, in lower case.
    pub(super) metadata: BTreeMap<String, Vec<String>>,
    /// What can be searched of its messages.
    pub(super) texts: Vec<String>,
}

/// The conversations that are listed, in the order of the list.
pub(super) fn listed(entries: &[Entry], filter: &Filter) -> Vec<ConversationId> {
    let mut found: Vec<_> = entries
        .iter()
        .filter_map(|entry| {
            let last = entry.conversation.last_message?;
            passes(entry, filter).then_some((last.sent_at, entry.conversation.id))
        })
        .collect();
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, id)| id).collect()
}

fn passes(entry: &Entry, filter: &Filter) -> bool {
    let conversation = &entry.conversation;
    match filter {
        Filter::All => true,
        Filter::Nothing => false,
        Filter::And(filters) => filters.iter().all(|filter| passes(entry, filter)),
        Filter::Or(filters) => filters.iter().any(|filter| passes(entry, filter)),
        Filter::Not(filter) => !passes(entry, filter),
        Filter::Id(pattern) => is(pattern, &conversation.id.to_string()),
        Filter::Channel(pattern) => is(pattern, &conversation.channel.to_string()),
        Filter::Source(pattern) => is(pattern, conversation.source.as_str()),
        Filter::Tag(pattern) => entry.tags.iter().any(|tag| is(pattern, &tag.to_string())),
        Filter::DisplayName(pattern) => has(pattern, &entry.name),
        Filter::Metadata { key, value } => {
            let words = entry.metadata.get(key);
            words.is_some_and(|words| has(value, words))
        }
        Filter::Text(pattern) => entry.texts.iter().any(|text| {
            let words: Vec<_> = text.split(' ').map(ToOwned::to_owned).collect();
            has(pattern, &words)
        }),
        Filter::UnreadCount(range) => {
            within(range, i64::try_from(conversation.unread_count).unwrap())
        }
        Filter::CreatedAt(range) => within(range, conversation.created_at.as_millis()),
        Filter::LastMessageAt(range) => conversation
            .last_message
            .is_some_and(|last| within(range, last.sent_at.as_millis())),
    }
}

fn is(pattern: &TextPattern, value: &str) -> bool {
    match pattern {
        TextPattern::Is(text) => text == value,
        TextPattern::Like(Wildcards(pieces)) => fits(pieces, value),
    }
}

fn has(pattern: &WordPattern, words: &[String]) -> bool {
    match pattern {
        WordPattern::Present => !words.is_empty(),
        WordPattern::Word(word) => words.contains(word),
        WordPattern::Phrase(phrase) => words.windows(phrase.len()).any(|words| words == phrase),
        WordPattern::Like(Wildcards(pieces)) => words.iter().any(|word| fits(pieces, word)),
        WordPattern::Between(from, to) => words.iter().any(|word| {
            from.as_ref().is_none_or(|from| from <= word) && to.as_ref().is_none_or(|to| word <= to)
        }),
    }
}

fn fits(pieces: &[Piece], value: &str) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return value.is_empty();
    };
    let mut letters = value.chars();
    match piece {
        Piece::Literal(text) => value
            .strip_prefix(text.as_str())
            .is_some_and(|value| fits(rest, value)),
        Piece::One => letters.next().is_some() && fits(rest, letters.as_str()),
        Piece::Any => {
            fits(rest, value) || (letters.next().is_some() && fits(pieces, letters.as_str()))
        }
    }
}

fn within(range: &Range, value: i64) -> bool {
    range.from.is_none_or(|from| from <= value) && range.to.is_none_or(|to| value <= to)
}
