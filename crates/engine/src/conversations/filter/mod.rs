//! The filter language of `conversations.list`: Lucene's classic query syntax, as Airy uses it.
//!
//! A query is a row of clauses. A clause that `AND` or `+` touches is required, one after `NOT` or
//! `-` is excluded, every other one is optional; as soon as one clause is required the optional ones
//! no longer decide anything, so `a OR b AND c` asks for `b` and `c`. A row of exclusions alone
//! matches nothing: write `*:* -a`. Terms without a field ask for the field `id`.
//!
//! | field | a term asks for |
//! |---|---|
//! | `id`, `channel_id`, `source`, `tag_ids` | the whole value, in lower case |
//! | `display_name`, `metadata.<dotted key>` | a word, cut at white space, in lower case |
//! | `text` | a word of a message, cut at what is neither letter nor digit, in lower case, without diacritics |
//! | `unread_count` | a number |
//! | `created_at`, `last_message_at` | milliseconds since 1970, or an ISO 8601 time |
//!
//! `metadata.contact.display_name` and `metadata.unread_count` are `display_name` and `unread_count`, and
//! `metadata.tags.<id>:*` asks for what carries that tag.
//!
//! What cuts words cuts a term of `text` as well: `text:e\-mail` asks for both words one after the other,
//! and `text:*e\-mail*` for a word that ends in `e` and one that begins with `mail`, wherever they are.
//!
//! A time stands for all that it leaves open: `2020-10-25` is that whole day (in UTC), so
//! `[2020-10-25 TO 2020-10-25]` is that day and `{2020-10-25 TO *]` begins at the next midnight.
//!
//! Boosts (`^2`) change an order that this list does not have and are ignored. Fuzzy terms,
//! proximity and regular expressions are refused.
//!
//! The work is bounded: one pass over at most [`MAX_QUERY_BYTES`], and a tree of at most
//! [`MAX_DEPTH`] parentheses and [`MAX_CLAUSES`] terms.

mod clauses;
mod fields;
mod lexer;
mod moment;
mod numbers;
mod parser;
#[cfg(test)]
mod properties;
mod term;
#[cfg(test)]
mod tests;
mod token;

use switchboard_domain::ConversationFilter;

/// The longest query that is read, in bytes of UTF-8.
pub const MAX_QUERY_BYTES: usize = 8 * 1024;
/// How deep parentheses may lie within one another.
pub const MAX_DEPTH: usize = 32;
/// How many terms a query may have; each word of a phrase is one.
pub const MAX_CLAUSES: usize = 256;
/// How many wildcards, and stretches of text between them, one term may have.
pub const MAX_WILDCARD_PIECES: usize = 16;

/// Why a query cannot be read, and where.
///
/// The sentence begins as Airy's does, because clients show it as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Failed to parse Lucene query: at character {position}: {problem}")]
pub struct FilterError {
    /// Which character of the query, counted from 1; one past the last one is its end.
    pub position: usize,
    /// What is wrong there, and what to write instead.
    pub problem: String,
}

/// The condition a query states. A blank query asks for every conversation.
pub fn parse(query: &str) -> Result<ConversationFilter, FilterError> {
    if query.len() > MAX_QUERY_BYTES {
        return Err(FilterError {
            position: 1,
            problem: format!(
                "the query is {} bytes long and {MAX_QUERY_BYTES} are read; ask for less at a time",
                query.len()
            ),
        });
    }
    let end = query.chars().count().saturating_add(1);
    parser::parse(lexer::tokens(query)?, end)
}

/// What somebody wrote, short enough for a sentence.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The moment that a text begins with: milliseconds since 1970, or an ISO 8601 date or time.
pub(crate) fn moment(text: &str) -> Option<switchboard_domain::Timestamp> {
    moment::span(text).map(|(from, _)| switchboard_domain::Timestamp::from_millis(from))
}
