//! Conditions on conversations, in SQL.
//!
//! A condition is made of a few fixed pieces; everything that somebody has typed is a parameter. The
//! conversation that is judged is the row `c`.

use postgres::types::{ToSql, Type};
use switchboard_domain::{
    ConversationFilter as Filter, Piece, Range, TextPattern, Wildcards, WordPattern,
};
use uuid::Uuid;

use crate::{search, verbatim, words};

/// SQL with its parameters.
#[derive(Debug, Default)]
pub(crate) struct Sql {
    pub(crate) text: String,
    values: Vec<Value>,
}

#[derive(Debug)]
enum Value {
    Text(String),
    Number(i64),
    Id(Uuid),
}

impl Sql {
    /// Adds a piece that is written in the program.
    pub(crate) fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    pub(crate) fn push_number(&mut self, number: i64) {
        self.push_value(Value::Number(number));
    }

    pub(crate) fn push_id(&mut self, id: Uuid) {
        self.push_value(Value::Id(id));
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        self.push_value(Value::Text(verbatim::written(text).into_owned()));
    }

    /// What goes in for `$1`, `$2`, ….
    pub(crate) fn parameters(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        let parameters: &mut dyn Iterator<Item = (&(dyn ToSql + Sync), Type)> =
            &mut self.values.iter().map(Value::parameter);
        parameters.collect()
    }

    fn push_value(&mut self, value: Value) {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
    }

    /// Adds the condition that `c` passes.
    pub(crate) fn push_filter(&mut self, filter: &Filter) {
        match filter {
            Filter::All => self.push("true"),
            Filter::Nothing => self.push("false"),
            Filter::And(all) => self.push_joined(all, " AND "),
            Filter::Or(any) => self.push_joined(any, " OR "),
            Filter::Not(condition) => {
                self.push("NOT ");
                self.push_filter(condition);
            }
            Filter::Id(pattern) => self.push_id_condition("c.id", pattern),
            Filter::Channel(pattern) => self.push_id_condition("c.channel_id", pattern),
            Filter::Source(TextPattern::Is(name)) => {
                self.push("c.source = ");
                self.push_text(name);
            }
            Filter::Source(TextPattern::Like(wildcards)) => {
                self.push("c.source");
                self.push_like(wildcards);
            }
            Filter::Tag(pattern) => {
                self.push("EXISTS (SELECT FROM unnest(c.tags) AS tag WHERE ");
                self.push_id_condition("tag", pattern);
                self.push(")");
            }
            Filter::DisplayName(pattern) => self.push_exists("display_name", pattern),
            Filter::Metadata {
                key,
                value: WordPattern::Word(word),
            } if key == "state" => self.push_in_state(word),
            Filter::Metadata { key, value } => {
                self.push_exists(&format!("metadata.{key}"), value);
            }
            Filter::Text(pattern) => self.push_says(pattern),
            Filter::UnreadCount(range) => self.push_range("c.unread_count", *range),
            Filter::CreatedAt(range) => self.push_range("c.created_at", *range),
            Filter::LastMessageAt(range) => self.push_range("c.last_message_at", *range),
        }
    }

    fn push_joined(&mut self, conditions: &[Filter], between: &str) {
        self.push("(");
        for (place, condition) in conditions.iter().enumerate() {
            if place > 0 {
                self.push(between);
            }
            self.push_filter(condition);
        }
        self.push(")");
    }

    fn push_id_condition(&mut self, column: &str, pattern: &TextPattern) {
        match pattern {
            TextPattern::Is(text) => match exact_id(text) {
                Some(id) => {
                    self.push(column);
                    self.push(" = ");
                    self.push_id(id);
                }
                None => self.push("false"),
            },
            TextPattern::Like(wildcards) => {
                self.push(column);
                self.push("::text");
                self.push_like(wildcards);
            }
        }
    }

    fn push_range(&mut self, column: &str, range: Range) {
        self.push("(true");
        if let Some(from) = range.from {
            self.push(" AND ");
            self.push(column);
            self.push(" >= ");
            self.push_number(from);
        }
        if let Some(to) = range.to {
            self.push(" AND ");
            self.push(column);
            self.push(" <= ");
            self.push_number(to);
        }
        self.push(")");
    }

    fn push_exists(&mut self, key: &str, pattern: &WordPattern) {
        self.push(
            "EXISTS (SELECT FROM conversation_words AS w WHERE w.conversation_id = c.id AND ",
        );
        self.push_word_condition(key, pattern);
        self.push(")");
    }

    /// The condition that the state has a word in it. Most states are one word of plain letters, and say so
    /// themselves; only of others, and for other words, the words are looked up. `lower` knows plain letters,
    /// because the column is collated as "C".
    fn push_in_state(&mut self, word: &str) {
        let key = "metadata.state";
        let is_in = WordPattern::Word(word.to_owned());
        let is_plain = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain || words::indexed(word) != word {
            return self.push_exists(key, &is_in);
        }
        self.push("CASE WHEN c.state IS NULL THEN false WHEN lower(c.state) = ");
        self.push_text(word);
        self.push(" THEN true WHEN octet_length(c.state) = char_length(c.state) AND strpos(lower(c.state), ");
        self.push_text(word);
        self.push(") = 0 THEN false ELSE ");
        self.push_exists(key, &is_in);
        self.push(" END");
    }

    /// The condition that the row `w` of the words of conversations fits.
    pub(crate) fn push_word_condition(&mut self, key: &str, pattern: &WordPattern) {
        self.push("w.key = ");
        self.push_text(key);
        match pattern {
            WordPattern::Phrase(phrase) => self.push_phrase(phrase),
            other => self.push_fitting("w.word", other),
        }
    }

    /// The word `w` is the first of these and the others follow it.
    fn push_phrase(&mut self, phrase: &[String]) {
        for (place, word) in (0_i64..).zip(phrase) {
            if place == 0 {
                self.push(" AND w.word = ");
                self.push_text(&words::indexed(word));
                continue;
            }
            self.push(
                " AND EXISTS (SELECT FROM conversation_words AS next
                  WHERE next.conversation_id = w.conversation_id AND next.key = w.key
                        AND next.position = w.position + ",
            );
            self.push_number(place);
            self.push(" AND next.word = ");
            self.push_text(&words::indexed(word));
            self.push(")");
        }
    }

    /// One word fits; says nothing where any does.
    fn push_fitting(&mut self, word: &str, pattern: &WordPattern) {
        match pattern {
            WordPattern::Present | WordPattern::Phrase(_) => {}
            WordPattern::Word(text) => {
                self.push(" AND ");
                self.push(word);
                self.push(" = ");
                self.push_text(&words::indexed(text));
            }
            WordPattern::Like(wildcards) => {
                self.push(" AND ");
                self.push(word);
                self.push_like(wildcards);
            }
            WordPattern::Between(from, to) => {
                for (comparison, bound) in [(" >= ", from), (" <= ", to)] {
                    if let Some(bound) = bound {
                        self.push(" AND ");
                        self.push(word);
                        self.push(comparison);
                        self.push_text(bound);
                    }
                }
            }
        }
    }

    /// The condition that a message of `c` has such a word: by the messages of the conversation, or by
    /// those with the word, as the server finds cheaper.
    fn push_says(&mut self, pattern: &WordPattern) {
        self.push(
            "EXISTS (SELECT FROM messages AS m JOIN message_texts AS said USING (sequence)
              WHERE m.conversation_id = c.id AND ",
        );
        self.push_said(pattern);
        self.push(")");
    }

    /// Selects the conversations of the messages that have such a word.
    pub(crate) fn push_conversations_with(&mut self, pattern: &WordPattern) {
        self.push("SELECT said.conversation_id FROM message_texts AS said WHERE ");
        self.push_said(pattern);
    }

    /// The condition that the text `said` has such a word.
    fn push_said(&mut self, pattern: &WordPattern) {
        match TextQuery::of(pattern) {
            TextQuery::Nothing => self.push("false"),
            TextQuery::Any => self.push("true"),
            TextQuery::Indexed(query) => self.push_indexed(&query),
            TextQuery::Checked(query) => {
                self.push_indexed(&query);
                self.push(" AND ");
                self.push_any_word(pattern);
            }
            TextQuery::Read => self.push_any_word(pattern),
        }
    }

    fn push_indexed(&mut self, query: &str) {
        self.push("said.words @@ ");
        self.push_text(query);
        self.push("::tsquery");
    }

    fn push_any_word(&mut self, pattern: &WordPattern) {
        self.push("EXISTS (SELECT FROM unnest(tsvector_to_array(said.words)) AS word WHERE true");
        self.push_fitting("word COLLATE \"C\"", pattern);
        self.push(")");
    }

    fn push_like(&mut self, wildcards: &Wildcards) {
        self.push(" COLLATE \"C\" LIKE ");
        let pattern = wildcards.0.iter().map(|piece| match piece {
            Piece::Literal(text) => literal(&verbatim::written(text)),
            Piece::One => "_".to_owned(),
            Piece::Any => "%".to_owned(),
        });
        self.push_value(Value::Text(pattern.collect()));
    }
}

impl Value {
    fn parameter(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Self::Text(text) => (text, Type::TEXT),
            Self::Number(number) => (number, Type::INT8),
            Self::Id(id) => (id, Type::UUID),
        }
    }
}

/// How messages with a word are found.
#[derive(Debug, PartialEq, Eq)]
enum TextQuery {
    Nothing,
    /// Every message that has words.
    Any,
    /// By the index.
    Indexed(String),
    /// By the index, and then each is looked at.
    Checked(String),
    /// Each is looked at.
    Read,
}

impl TextQuery {
    fn of(pattern: &WordPattern) -> Self {
        let indexed = |query: Option<String>| query.map_or(Self::Nothing, Self::Indexed);
        match pattern {
            WordPattern::Present => Self::Any,
            WordPattern::Word(word) => indexed(search::phrase([word.as_str()])),
            WordPattern::Phrase(words) => indexed(search::phrase(words.iter().map(String::as_str))),
            WordPattern::Like(wildcards) if search::is_beginning(wildcards) => {
                indexed(search::beginning(wildcards))
            }
            WordPattern::Like(wildcards) => match search::beginning(wildcards) {
                Some(query) => Self::Checked(query),
                None => Self::Read,
            },
            WordPattern::Between(..) => Self::Read,
        }
    }
}

/// Whether an index leads to the messages that are meant.
pub(crate) fn is_searchable(pattern: &WordPattern) -> bool {
    matches!(
        TextQuery::of(pattern),
        TextQuery::Nothing | TextQuery::Indexed(_) | TextQuery::Checked(_)
    )
}

/// The id that is written like this; another way to write it is another text.
pub(crate) fn exact_id(text: &str) -> Option<Uuid> {
    let id: Uuid = text.parse().ok()?;
    (id.to_string() == text).then_some(id)
}

/// Text that means nothing but itself in a pattern.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
