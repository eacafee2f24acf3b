//! The full text of messages.

use rusqlite::params;
use rusqlite::types::Value;
use switchboard_domain::{Piece, Wildcards, WordPattern};
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

/// By the full text, newest first, and then by the primary key.
pub(crate) const CONVERSATIONS: &str = "
    SELECT m.conversation_id
    FROM (
        SELECT rowid AS sequence
        FROM message_text
        WHERE message_text MATCH ?
        ORDER BY rowid DESC
        LIMIT ?
    ) found
    CROSS JOIN messages m ON m.sequence = found.sequence";

/// Along the terms of the full text.
pub(crate) const TERMS: &str = "
    SELECT term
    FROM message_terms
    WHERE term >= ?1 AND term < ?2 AND term <= ?3 AND term GLOB ?4
    LIMIT ?5";

/// How many messages that match are looked at, newest first: a word that more of them have says
/// little.
const NEWEST_MATCHES: i64 = 10_000;

/// How many terms wildcards may stand for.
const MOST_TERMS: i64 = 1000;

/// Greater than every term.
const BEHIND_ALL: &str = "\u{10FFFF}\u{10FFFF}";

/// What a pattern asks of the full text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Matches {
    Nothing,
    /// Messages with any text.
    AnyText,
    /// Messages with these terms, in the language of FTS5.
    Terms(String),
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

/// The conversations of messages that match.
pub(crate) fn conversations(terms: String) -> Sql {
    Sql::with(
        CONVERSATIONS,
        [Value::Text(terms), Value::Integer(NEWEST_MATCHES)],
    )
}

/// What a pattern asks of the full text.
pub(crate) fn matches(tx: &Tx<'_>, pattern: &WordPattern) -> Result<Matches, StorageError> {
    Ok(match pattern {
        WordPattern::Present => Matches::AnyText,
        WordPattern::Word(word) => Matches::Terms(quoted(word)),
        WordPattern::Phrase(words) => Matches::Terms(quoted(&words.join(" "))),
        WordPattern::Like(Wildcards(pieces)) => match &**pieces {
            [Piece::Any, ..] if pieces.iter().all(|piece| *piece == Piece::Any) => Matches::AnyText,
            [Piece::Literal(prefix), Piece::Any] => Matches::Terms(quoted(prefix) + " *"),
            _ => {
                let wildcards = Wildcards(pieces.clone());
                let (from, to) = prefix_range(&wildcards);
                one_of(&terms(tx, [from, to, None, Some(glob(&wildcards))])?)
            }
        },
        WordPattern::Between(from, to) => {
            one_of(&terms(tx, [from.clone(), None, to.clone(), None])?)
        }
    })
}

fn terms(tx: &Tx<'_>, bounds: [Option<String>; 4]) -> Result<Vec<String>, StorageError> {
    let [from, below, to, like] = bounds;
    let params = params![
        from.unwrap_or_default(),
        below.unwrap_or_else(|| BEHIND_ALL.to_owned()),
        to.unwrap_or_else(|| BEHIND_ALL.to_owned()),
        like.unwrap_or_else(|| "*".to_owned()),
        MOST_TERMS,
    ];
    tx.all("message_terms", TERMS, params, |row| {
        row.text((0, "term")).map(str::to_owned)
    })
}

fn one_of(terms: &[String]) -> Matches {
    if terms.is_empty() {
        return Matches::Nothing;
    }
    let terms: Vec<_> = terms.iter().map(|term| quoted(term)).collect();
    Matches::Terms(terms.join(" OR "))
}

/// Text as a string of the language of FTS5, in which nothing has a meaning. That language ends at a
/// NUL, which is in no term.
fn quoted(text: &str) -> String {
    let text = text.replace('\0', " ").replace('"', "\"\"");
    format!("\"{text}\"")
}
