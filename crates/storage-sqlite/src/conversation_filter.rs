//! Filters of conversations in SQL.
//!
//! Whatever a user has written is bound as a value, never made part of a statement.
//!
//! A condition speaks of `entry`, of which is known what the index of activity says, and of `c`, the row of
//! the same conversation. Along that index an entry costs little, a look into another table more and a row
//! much, so what can be said of the entry is said of the entry. A plus sign before `EXISTS` keeps it a
//! condition: as a join SQLite might come to it after the row.

use rusqlite::types::Value;
use switchboard_domain::{ConversationFilter, Range, TextPattern, WordPattern};
use uuid::Uuid;

use crate::functions;
use crate::message_text::{self, Matches, Searches};
use crate::wildcards::{glob, prefix_range};

/// The text of an id as clients write it.
const ID_TEXT: &str = "lower(substr(hex(entry.id), 1, 8) || '-' \
    || substr(hex(entry.id), 9, 4) || '-' || substr(hex(entry.id), 13, 4) || '-' \
    || substr(hex(entry.id), 17, 4) || '-' || substr(hex(entry.id), 21))";
const CHANNEL_TEXT: &str = "lower(substr(hex(c.channel_id), 1, 8) || '-' \
    || substr(hex(c.channel_id), 9, 4) || '-' || substr(hex(c.channel_id), 13, 4) || '-' \
    || substr(hex(c.channel_id), 17, 4) || '-' || substr(hex(c.channel_id), 21))";
const TAG_TEXT: &str = "lower(substr(hex(t.tag_id), 1, 8) || '-' || substr(hex(t.tag_id), 9, 4) \
    || '-' || substr(hex(t.tag_id), 13, 4) || '-' || substr(hex(t.tag_id), 17, 4) || '-' \
    || substr(hex(t.tag_id), 21))";

/// The set for what nothing passes.
const NONE: &str = "SELECT id FROM conversations WHERE 0";

/// A piece of a statement with the values of its parameters, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// With values for its question marks.
    pub(crate) fn with(text: &str, values: impl IntoIterator<Item = Value>) -> Self {
        Self {
            text: text.to_owned(),
            values: values.into_iter().collect(),
        }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// The same where the entry is the row itself.
    pub(crate) fn of_row(&self) -> Self {
        Self {
            text: self.text.replace("entry.", "c."),
            values: self.values.clone(),
        }
    }

    /// Whether it speaks of the row.
    pub(crate) fn needs_row(&self) -> bool {
        self.text.contains("c.")
    }

    pub(crate) fn append(&mut self, other: &Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.values.extend_from_slice(&other.values);
        self
    }
}

/// The condition on a conversation. It is true or false, never unknown.
pub(crate) fn condition(searches: &Searches, filter: &ConversationFilter) -> Sql {
    match filter {
        ConversationFilter::All => everything(),
        ConversationFilter::Nothing => nothing(),
        ConversationFilter::And(all) => joined(searches, all, " AND "),
        ConversationFilter::Or(any) => joined(searches, any, " OR "),
        ConversationFilter::Not(other) => {
            let mut sql = Sql::new("NOT (? AND ");
            sql.values.push(true.into());
            sql.append(&condition(searches, other)).push(")");
            sql
        }
        ConversationFilter::Id(pattern) => by_id("entry.id", ID_TEXT, pattern),
        ConversationFilter::Channel(pattern) => by_id("c.channel_id", CHANNEL_TEXT, pattern),
        ConversationFilter::Source(TextPattern::Is(source)) => {
            Sql::with("(entry.source = ?)", [source.clone().into()])
        }
        ConversationFilter::Source(TextPattern::Like(wildcards)) => {
            Sql::with("(entry.source GLOB ?)", [glob(wildcards).into()])
        }
        ConversationFilter::Tag(pattern) => tagged(pattern),
        ConversationFilter::DisplayName(pattern) => worded("display_name", pattern),
        ConversationFilter::Metadata {
            key,
            value: WordPattern::Word(word),
        } if key == "state" => functions::condition_of_state("entry.state", word),
        ConversationFilter::Metadata { key, value } => worded(&format!("metadata.{key}"), value),
        ConversationFilter::Text(pattern) => match searches.matches(pattern) {
            Matches::Nothing => nothing(),
            Matches::AnyText => message_text::any(),
            Matches::Few(found, _) => {
                let mut sql = Sql::new("(entry.id IN (");
                sql.append(&message_text::conversations(found)).push("))");
                sql
            }
            Matches::Many(found) => message_text::among(found),
        },
        ConversationFilter::UnreadCount(range) => between("entry.unread_count", *range),
        ConversationFilter::CreatedAt(range) => between("c.created_at", *range),
        ConversationFilter::LastMessageAt(range) => between("entry.last_message_at", *range),
    }
}

/// Sets of ids that hold every conversation which passes, each a query that finds its rows by an
/// index.
pub(crate) fn candidates(searches: &Searches, filter: &ConversationFilter) -> Vec<Sql> {
    match filter {
        ConversationFilter::And(all) => {
            let sets = all.iter().flat_map(|part| candidates(searches, part));
            sets.collect()
        }
        ConversationFilter::Or(any) => union(searches, any).into_iter().collect(),
        ConversationFilter::Nothing => vec![Sql::new(NONE)],
        ConversationFilter::Id(TextPattern::Is(id)) => {
            by_key("SELECT id FROM conversations WHERE id = ?", parsed(id))
        }
        ConversationFilter::Channel(TextPattern::Is(id)) => by_key(
            "SELECT id FROM conversations WHERE channel_id = ?",
            parsed(id),
        ),
        ConversationFilter::Source(TextPattern::Is(source)) => vec![Sql::with(
            "SELECT id FROM conversations WHERE source = ?",
            [source.clone().into()],
        )],
        ConversationFilter::Tag(TextPattern::Is(id)) => by_key(
            "SELECT conversation_id FROM conversation_tags WHERE tag_id = ?",
            parsed(id),
        ),
        ConversationFilter::DisplayName(pattern) => worded_like("display_name", pattern),
        ConversationFilter::Metadata { key, value } => {
            worded_like(&format!("metadata.{key}"), value)
        }
        ConversationFilter::Text(pattern) => match searches.matches(pattern) {
            Matches::Few(found, _) => vec![message_text::conversations(found)],
            Matches::Nothing => vec![Sql::new(NONE)],
            Matches::AnyText | Matches::Many(_) => Vec::new(),
        },
        ConversationFilter::UnreadCount(Range {
            from: Some(1..), ..
        }) => vec![Sql::new("SELECT conversation_id FROM unread_conversations")],
        _ => Vec::new(),
    }
}

/// What holds everything that passes one of several filters, if each of them has such a set.
fn union(searches: &Searches, any: &[ConversationFilter]) -> Option<Sql> {
    let mut union = Sql::default();
    for part in any {
        let set = candidates(searches, part).into_iter().next()?;
        if !union.text.is_empty() {
            union.push(" UNION ALL ");
        }
        union.push("SELECT * FROM (").append(&set).push(")");
    }
    Some(union)
}

fn everything() -> Sql {
    Sql::new("1")
}

/// A constant would make SQLite throw the other conditions away, and then it would not find the index
/// that it is told to use.
fn nothing() -> Sql {
    Sql::with("?", [false.into()])
}

fn by_key(query: &str, id: Option<Uuid>) -> Vec<Sql> {
    vec![id.map_or_else(|| Sql::new(NONE), |id| Sql::with(query, [blob(id)]))]
}

fn joined(searches: &Searches, filters: &[ConversationFilter], by: &str) -> Sql {
    let mut sql = Sql::new("(");
    for (at, filter) in filters.iter().enumerate() {
        if at > 0 {
            sql.push(by);
        }
        sql.append(&condition(searches, filter));
    }
    sql.push(")");
    sql
}

fn by_id(column: &str, text: &str, pattern: &TextPattern) -> Sql {
    match pattern {
        TextPattern::Is(id) => parsed(id).map_or_else(nothing, |id| {
            Sql::with(&format!("({column} = ?)"), [blob(id)])
        }),
        TextPattern::Like(wildcards) => {
            Sql::with(&format!("({text} GLOB ?)"), [glob(wildcards).into()])
        }
    }
}

fn tagged(pattern: &TextPattern) -> Sql {
    let (condition, value) = match pattern {
        TextPattern::Is(id) => match parsed(id) {
            Some(id) => ("t.tag_id = ?".to_owned(), blob(id)),
            None => return nothing(),
        },
        TextPattern::Like(wildcards) => (format!("{TAG_TEXT} GLOB ?"), glob(wildcards).into()),
    };
    Sql::with(
        &format!(
            "+EXISTS (SELECT 1 FROM conversation_tags t WHERE t.conversation_id = entry.id \
             AND {condition})"
        ),
        [value],
    )
}

/// The conversations with another word than this under a key.
pub(crate) fn other_words(key: &str, word: &str) -> Sql {
    let mut sql = words(key, &[bounds("w.word < ", Some(word.to_owned()))]);
    sql.push(" UNION ALL ")
        .append(&words(key, &[bounds("w.word > ", Some(word.to_owned()))]));
    sql
}

/// A condition on the words under a key.
fn worded(key: &str, pattern: &WordPattern) -> Sql {
    let mut sql = Sql::new("+EXISTS (SELECT 1 FROM conversation_words w WHERE w.key = ");
    sql.bind(key.to_owned())
        .push(" AND w.conversation_id = entry.id")
        .append(&word(pattern))
        .push(")");
    sql
}

/// The conversations with such words under a key.
fn worded_like(key: &str, pattern: &WordPattern) -> Vec<Sql> {
    let mut conditions = vec![word(pattern)];
    if let WordPattern::Like(wildcards) = pattern {
        let (from, to) = prefix_range(wildcards);
        conditions.extend([bounds("w.word >= ", from), bounds("w.word < ", to)]);
    }
    vec![words(key, &conditions)]
}

/// The conversations with a word under a key on which all conditions hold.
fn words(key: &str, conditions: &[Sql]) -> Sql {
    let mut sql = Sql::new("SELECT w.conversation_id FROM conversation_words w WHERE w.key = ");
    sql.bind(key.to_owned());
    for condition in conditions {
        sql.append(condition);
    }
    sql
}

/// What a word `w` has to be, behind an `AND`.
fn word(pattern: &WordPattern) -> Sql {
    match pattern {
        WordPattern::Present => Sql::default(),
        WordPattern::Word(word) => bounds("w.word = ", Some(word.clone())),
        WordPattern::Phrase(words) => phrase(words),
        WordPattern::Like(wildcards) => bounds("w.word GLOB ", Some(glob(wildcards))),
        WordPattern::Between(from, to) => {
            let mut sql = bounds("w.word >= ", from.clone());
            sql.append(&bounds("w.word <= ", to.clone()));
            sql
        }
    }
}

fn bounds(comparison: &str, value: Option<String>) -> Sql {
    let mut sql = Sql::default();
    if let Some(value) = value {
        sql.push(" AND ").push(comparison).bind(value);
    }
    sql
}

fn phrase(words: &[String]) -> Sql {
    let Some((first, others)) = words.split_first() else {
        return Sql::new(" AND 0");
    };
    let mut sql = bounds("w.word = ", Some(first.clone()));
    for (position, word) in (1_i64..).zip(others) {
        sql.push(
            " AND EXISTS (SELECT 1 FROM conversation_words n WHERE n.key = w.key AND n.word = ",
        )
        .bind(word.clone())
        .push(" AND n.conversation_id = w.conversation_id AND n.position = w.position + ")
        .bind(position)
        .push(")");
    }
    sql
}

fn between(column: &str, range: Range) -> Sql {
    let mut sql = Sql::new("(1");
    for (comparison, bound) in [(">=", range.from), ("<=", range.to)] {
        if let Some(bound) = bound {
            sql.push(&format!(" AND {column} {comparison} "))
                .bind(bound);
        }
    }
    sql.push(")");
    sql
}

/// The id that is written so, in the one way in which ids are written.
pub(crate) fn parsed(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text)
        .ok()
        .filter(|id| id.to_string() == text)
}

fn blob(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}
