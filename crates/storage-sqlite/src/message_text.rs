//! The full text of messages.

use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};
use switchboard_domain::{ConversationFilter, Piece, Wildcards, WordPattern};
use switchboard_storage::StorageError;

use crate::conversation_filter::Sql;
use crate::tx::Tx;
use crate::wildcards::{glob, prefix_range};

/// At the end of the full text.
pub(crate) const ADD: &str = "
    INSERT INTO message_text (rowid, searchable)
    VALUES (?1, ?2)";

/// Takes the terms out of the full text, which finds them by the text that was added.
pub(crate) const REMOVE: &str = "
    INSERT INTO message_text (message_text, rowid, searchable)
    VALUES ('delete', ?1, ?2)";

/// The messages with these terms, by the full text.
pub(crate) const BY_TERMS: &str = "
    SELECT rowid AS sequence
    FROM message_text
    WHERE message_text MATCH ?";

/// The messages with one of many terms, by the full text.
pub(crate) const BY_PLACES: &str = "
    SELECT doc AS sequence
    FROM message_places
    WHERE term >= ? AND term < ? AND term <= ? AND term GLOB ?";

/// Along the terms of the full text.
pub(crate) const TERMS: &str = "
    SELECT term
    FROM message_terms
    WHERE term >= ?1 AND term < ?2 AND term <= ?3 AND term GLOB ?4
    LIMIT ?5";

/// How many messages that match are gathered. A word that more of them have says little: what has it is
/// found otherwise, and then it is looked up for each conversation.
const MOST_GATHERED: u64 = 10_000;

/// How many terms are asked for by their names.
const MOST_TERMS: usize = 1000;

/// Greater than every term.
const BEHIND_ALL: &str = "\u{10FFFF}\u{10FFFF}";

/// What the patterns of a filter ask of the full text, found out once.
#[derive(Debug, Default)]
pub(crate) struct Searches(Vec<(WordPattern, Matches)>);

impl Searches {
    pub(crate) fn of(tx: &Tx<'_>, filter: &ConversationFilter) -> Result<Self, StorageError> {
        let mut searches = Self::default();
        searches.add(tx, filter)?;
        Ok(searches)
    }

    fn add(&mut self, tx: &Tx<'_>, filter: &ConversationFilter) -> Result<(), StorageError> {
        match filter {
            ConversationFilter::And(several) | ConversationFilter::Or(several) => {
                several.iter().try_for_each(|one| self.add(tx, one))
            }
            ConversationFilter::Not(other) => self.add(tx, other),
            ConversationFilter::Text(pattern) if self.get(pattern).is_none() => {
                let matches = matches(tx, pattern)?;
                self.0.push((pattern.clone(), matches));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn get(&self, pattern: &WordPattern) -> Option<&Matches> {
        let known = self.0.iter().find(|(known, _)| known == pattern);
        known.map(|(_, matches)| matches)
    }

    /// What a pattern of the filter asks.
    pub(crate) fn matches(&self, pattern: &WordPattern) -> &Matches {
        self.get(pattern).unwrap_or(&Matches::Nothing)
    }
}

/// What a pattern asks of the full text.
#[derive(Debug)]
pub(crate) enum Matches {
    Nothing,
    /// Messages with any text.
    AnyText,
    /// The messages that this finds, all of them, and how many: they are few.
    Few(Found, u64),
    /// The messages that this finds, which are more than one would gather.
    Many(Found),
}

/// How the full text finds messages.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// By terms, in the language of FTS5.
    ByTerms(String),
    /// By every term within these bounds: not before the first, before the second, not behind the
    /// third, and like the fourth.
    ByPlaces([String; 4]),
}

impl Found {
    fn sql(&self) -> Sql {
        match self {
            Self::ByTerms(terms) => Sql::with(BY_TERMS, [Value::Text(terms.clone())]),
            Self::ByPlaces(bounds) => Sql::with(BY_PLACES, bounds.clone().map(Value::Text)),
        }
    }
}

/// Replaces what the full text has of a message.
pub(crate) fn replace(
    tx: &Tx<'_>,
    sequence: i64,
    before: Option<&str>,
    now: Option<&str>,
) -> Result<(), StorageError> {
    if let Some(before) = before {
        tx.execute(REMOVE, params![sequence, before])?;
    }
    if let Some(now) = now {
        tx.execute(ADD, params![sequence, now])?;
    }
    Ok(())
}

/// The conversations of messages that are found, by the primary key of messages.
pub(crate) fn conversations(found: &Found) -> Sql {
    let mut sql = Sql::new("SELECT m.conversation_id FROM (");
    sql.append(&found.sql())
        .push(") found CROSS JOIN messages m ON m.sequence = found.sequence");
    sql
}

/// The messages of an `entry`, behind the `SELECT` of an `EXISTS`.
const OF_ENTRY: &str = "FROM (\
    SELECT sequence FROM recent_conversation_messages WHERE conversation_id = entry.id \
    UNION ALL \
    SELECT sequence FROM conversation_messages WHERE conversation_id = entry.id) p";

/// The condition that an `entry` has a message with a text.
pub(crate) fn any() -> Sql {
    Sql::new(&format!(
        "+EXISTS (SELECT 1 {OF_ENTRY} CROSS JOIN messages m ON m.sequence = p.sequence \
         WHERE m.searchable IS NOT NULL)"
    ))
}

/// The condition that a message of an `entry` is among those that are found: each of its messages is looked up
/// in the full text, or in the list of all that have one of many terms, which is made once.
pub(crate) fn among(found: &Found) -> Sql {
    let mut sql = Sql::new(&format!("+EXISTS (SELECT 1 {OF_ENTRY} WHERE "));
    match found {
        Found::ByTerms(_) => sql
            .push("EXISTS (SELECT 1 FROM (")
            .append(&found.sql())
            .push(") found WHERE found.sequence = p.sequence))"),
        Found::ByPlaces(_) => sql.push("p.sequence IN (").append(&found.sql()).push("))"),
    };
    sql
}

/// What a pattern asks of the full text.
fn matches(tx: &Tx<'_>, pattern: &WordPattern) -> Result<Matches, StorageError> {
    let found = match pattern {
        WordPattern::Present => return Ok(Matches::AnyText),
        WordPattern::Word(word) => Some(Found::ByTerms(quoted(word))),
        WordPattern::Phrase(words) => Some(Found::ByTerms(quoted(&words.join(" ")))),
        WordPattern::Like(Wildcards(pieces)) => match &**pieces {
            [Piece::Any, ..] if pieces.iter().all(|piece| *piece == Piece::Any) => {
                return Ok(Matches::AnyText);
            }
            [Piece::Literal(prefix), Piece::Any] => Some(Found::ByTerms(quoted(prefix) + " *")),
            _ => {
                let wildcards = Wildcards(pieces.clone());
                let (from, to) = prefix_range(&wildcards);
                by_bounds(tx, [from, to, None, Some(glob(&wildcards))])?
            }
        },
        WordPattern::Between(from, to) => by_bounds(tx, [from.clone(), None, to.clone(), None])?,
    };
    let Some(found) = found else {
        return Ok(Matches::Nothing);
    };
    let counted = count(tx, &found)?;
    Ok(if counted <= MOST_GATHERED {
        Matches::Few(found, counted)
    } else {
        Matches::Many(found)
    })
}

/// How many messages are found, counted as far as it matters.
fn count(tx: &Tx<'_>, found: &Found) -> Result<u64, StorageError> {
    let mut counting = Sql::new("SELECT COUNT(*) FROM (");
    counting
        .append(&found.sql())
        .push(" LIMIT ")
        .bind(i64::try_from(MOST_GATHERED + 1).unwrap_or(i64::MAX))
        .push(")");
    let counted = tx.prepare_once(&counting.text)?.first(
        "message_text",
        params_from_iter(counting.values),
        |row| row.count((0, "rowid")),
    )?;
    Ok(counted.unwrap_or_default())
}

/// What has one of the terms within these bounds; `None` if there is no such term.
fn by_bounds(tx: &Tx<'_>, bounds: [Option<String>; 4]) -> Result<Option<Found>, StorageError> {
    let [from, below, to, like] = bounds;
    let bounds = [
        from.unwrap_or_default(),
        below.unwrap_or_else(|| BEHIND_ALL.to_owned()),
        to.unwrap_or_else(|| BEHIND_ALL.to_owned()),
        like.unwrap_or_else(|| "*".to_owned()),
    ];
    let [from, below, to, like] = &bounds;
    let most = i64::try_from(MOST_TERMS).unwrap_or(i64::MAX) + 1;
    let terms = tx.all(
        "message_terms",
        TERMS,
        params![from, below, to, like, most],
        |row| row.text((0, "term")).map(quoted),
    )?;
    Ok(match terms.len() {
        0 => None,
        1..=MOST_TERMS => Some(Found::ByTerms(terms.join(" OR "))),
        _ => Some(Found::ByPlaces(bounds)),
    })
}

/// Text as a string of the language of FTS5, in which nothing has a meaning. That language ends at a
/// NUL, which is in no term.
fn quoted(text: &str) -> String {
    let text = text.replace('\0', " ").replace('"', "\"\"");
    format!("\"{text}\"")
}
