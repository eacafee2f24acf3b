//! What may be asked for, and what a term means for each field.

use switchboard_domain::{
    ConversationFilter as Filter, Piece, TextPattern, Wildcards, WordPattern,
};

use super::clauses::{all_of, any_of};
use super::excerpt;
use super::numbers::NumberField;
use super::token::{End, Ends};
use super::{MAX_CLAUSES, MAX_WILDCARD_PIECES};
use crate::words::{folded, searchable};

/// A field of a query.
#[derive(Clone, Debug)]
pub(super) enum Field {
    /// The field `*`, which only the value `*` goes with.
    Everything,
    /// A whole value.
    Whole(WholeField),
    /// Words.
    Words(WordField),
    /// A number or a moment.
    Number(NumberField),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum WholeField {
    Id,
    Channel,
    Source,
    Tag,
}

#[derive(Clone, Debug)]
pub(super) enum WordField {
    DisplayName,
    Metadata(String),
    /// Whether it carries the tag of this id: what is noted of a tag has no words.
    Carries(String),
    Text,
}

/// A condition, `None` for a term without a word in it, or what is wrong with the term.
pub(super) type Meaning = Result<Option<Filter>, String>;

impl Field {
    /// The field that a term without one asks for.
    pub(super) const DEFAULT: Self = Self::Whole(WholeField::Id);

    /// The field of this name.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        Ok(match name {
            "id" => Self::DEFAULT,
            "channel_id" => Self::Whole(WholeField::Channel),
            "source" => Self::Whole(WholeField::Source),
            "tag_ids" => Self::Whole(WholeField::Tag),
            "display_name" => Self::Words(WordField::DisplayName),
            "text" => Self::Words(WordField::Text),
            "unread_count" => Self::Number(NumberField::UnreadCount),
            "created_at" => Self::Number(NumberField::CreatedAt),
            "last_message_at" => Self::Number(NumberField::LastMessageAt),
            _ => match name.strip_prefix("metadata.") {
                Some(key) if !key.is_empty() => Self::noted(key),
                _ => {
                    return Err(format!(
                        "there is no field {}; ask for {FIELDS}, or as a letter write \\:",
                        excerpt(name)
                    ));
                }
            },
        })
    }

    /// What is shown of a conversation under this key of its metadata. Some of it is kept in places of
    /// its own.
    fn noted(key: &str) -> Self {
        match key {
            "contact.display_name" => Self::Words(WordField::DisplayName),
            "unread_count" => Self::Number(NumberField::UnreadCount),
            _ => Self::Words(match key.strip_prefix("tags.") {
                Some(tag) => WordField::Carries(tag.to_lowercase()),
                None => WordField::Metadata(key.to_owned()),
            }),
        }
    }

    /// A term without wildcards. White space in it was escaped, and parts words all the same.
    pub(super) fn word(&self, text: &str) -> Meaning {
        match self {
            Self::Words(field) => {
                let words: Vec<Filter> = text
                    .split_whitespace()
                    .filter_map(|part| field.said(part).transpose())
                    .collect::<Result<_, _>>()?;
                Ok((!words.is_empty()).then(|| any_of(words)))
            }
            _ => self.phrase(text),
        }
    }

    /// A term between quotes.
    pub(super) fn phrase(&self, text: &str) -> Meaning {
        match self {
            Self::Everything => Err(ONLY_EVERYTHING.to_owned()),
            Self::Whole(field) => {
                let value = text.trim().to_lowercase();
                Ok((!value.is_empty()).then(|| field.holds(TextPattern::Is(value))))
            }
            Self::Words(field) => field.said(text),
            Self::Number(field) => {
                let (from, to) = field.span(text)?;
                Ok(Some(field.within(Some(from), Some(to))))
            }
        }
    }

    /// A term with wildcards.
    pub(super) fn wild(&self, pieces: Vec<Piece>) -> Meaning {
        if pieces == [Piece::Any] {
            return Ok(Some(self.present()));
        }
        if let Self::Words(WordField::Text) = self {
            return wild_words(&pieces).map(Some);
        }
        let wildcards = || Wildcards(pieces.into_iter().map(in_lower_case).collect());
        match self {
            Self::Everything => Err(ONLY_EVERYTHING.to_owned()),
            Self::Whole(field) => Ok(Some(field.holds(TextPattern::Like(wildcards())))),
            Self::Words(field) => {
                let wildcards = wildcards();
                let spans_words = wildcards.0.iter().any(
                    |piece| matches!(piece, Piece::Literal(text) if text.contains(char::is_whitespace)),
                );
                Ok(Some(if spans_words {
                    Filter::Nothing
                } else {
                    field.holds(WordPattern::Like(wildcards))
                }))
            }
            Self::Number(field) => Err(format!(
                "{} holds numbers, which wildcards do not fit; ask for a range, as in {}:[1 TO *]",
                field.name(),
                field.name()
            )),
        }
    }

    /// A range.
    pub(super) fn range(&self, ends: &Ends) -> Meaning {
        if ends.from.text.is_none() && ends.to.text.is_none() {
            return Ok(Some(self.present()));
        }
        match self {
            Self::Everything => Err(ONLY_EVERYTHING.to_owned()),
            Self::Whole(field) => Err(format!(
                "{} has no ranges; name its values, as in {}:(a OR b)",
                field.name(),
                field.name()
            )),
            Self::Words(field) => Ok(Some(field.between(ends))),
            Self::Number(field) => field.range(ends).map(Some),
        }
    }

    /// There is a value at all. Every conversation has what is no word and no tag.
    fn present(&self) -> Filter {
        match self {
            Self::Whole(WholeField::Tag) => {
                Filter::Tag(TextPattern::Like(Wildcards(vec![Piece::Any])))
            }
            Self::Words(field) => field.holds(WordPattern::Present),
            Self::Everything | Self::Whole(_) | Self::Number(_) => Filter::All,
        }
    }
}

impl WholeField {
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Channel => "channel_id",
            Self::Source => "source",
            Self::Tag => "tag_ids",
        }
    }

    fn holds(self, pattern: TextPattern) -> Filter {
        match self {
            Self::Id => Filter::Id(pattern),
            Self::Channel => Filter::Channel(pattern),
            Self::Source => Filter::Source(pattern),
            Self::Tag => Filter::Tag(pattern),
        }
    }
}

impl WordField {
    fn holds(&self, pattern: WordPattern) -> Filter {
        match self {
            Self::DisplayName => Filter::DisplayName(pattern),
            Self::Metadata(key) => Filter::Metadata {
                key: key.clone(),
                value: pattern,
            },
            Self::Carries(tag) => match pattern {
                WordPattern::Present => Filter::Tag(TextPattern::Is(tag.clone())),
                _ => Filter::Nothing,
            },
            Self::Text => Filter::Text(pattern),
        }
    }

    /// The words of a text, one after the other.
    fn said(&self, text: &str) -> Meaning {
        let mut words: Vec<String> = match self {
            Self::Text => folded(text).split_whitespace().map(str::to_owned).collect(),
            Self::DisplayName | Self::Metadata(_) | Self::Carries(_) => words_of(text).collect(),
        };
        if words.len() > MAX_CLAUSES {
            return Err(too_many_words());
        }
        Ok(match words.len() {
            0 => None,
            1 => Some(self.holds(WordPattern::Word(words.swap_remove(0)))),
            _ => Some(self.holds(WordPattern::Phrase(words))),
        })
    }

    fn between(&self, ends: &Ends) -> Filter {
        let lower = |end: &End| {
            let text = end.text.as_ref()?;
            match self {
                Self::Text => searchable(text),
                Self::DisplayName | Self::Metadata(_) | Self::Carries(_) => {
                    Some(text.to_lowercase())
                }
            }
        };
        let from = match lower(&ends.from) {
            Some(text) if !ends.from.included => Some(just_above(text)),
            from => from,
        };
        let to = match lower(&ends.to) {
            Some(text) if !ends.to.included => match just_below(text) {
                None => return Filter::Nothing,
                below => below,
            },
            to => to,
        };
        let empty = matches!((&from, &to), (Some(from), Some(to)) if from > to);
        if empty {
            return Filter::Nothing;
        }
        self.holds(WordPattern::Between(from, to))
    }
}

/// A term of the full text with wildcards. What cuts words cuts it too, into words that are all asked for.
fn wild_words(pieces: &[Piece]) -> Result<Filter, String> {
    let mut words: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        let Piece::Literal(text) = piece else {
            words
                .last_mut()
                .into_iter()
                .for_each(|word| word.push(piece.clone()));
            continue;
        };
        let is_letter = |letter: Option<char>| {
            letter.is_some_and(|letter| !folded(letter.encode_utf8(&mut [0; 4])).is_empty())
        };
        if !is_letter(text.chars().next()) {
            words.push(Vec::new());
        }
        for (place, part) in folded(text).split_whitespace().enumerate() {
            if place > 0 {
                words.push(Vec::new());
            }
            let part = Piece::Literal(part.to_owned());
            words
                .last_mut()
                .into_iter()
                .for_each(|word| word.push(part.clone()));
        }
        if !is_letter(text.chars().next_back()) {
            words.push(Vec::new());
        }
    }
    words.retain(|word| word.iter().any(|piece| *piece != Piece::Any));
    if words.len() > MAX_WILDCARD_PIECES {
        return Err(too_many_words());
    }
    let asked: Vec<_> = words
        .into_iter()
        .map(|mut word| match word.as_mut_slice() {
            [Piece::Literal(text)] => WordPattern::Word(std::mem::take(text)),
            _ => WordPattern::Like(Wildcards(word)),
        })
        .map(Filter::Text)
        .collect();
    Ok(if asked.is_empty() {
        Filter::Text(WordPattern::Present)
    } else {
        all_of(asked)
    })
}

fn too_many_words() -> String {
    format!(
        "the term has more than {MAX_CLAUSES} words, or {MAX_WILDCARD_PIECES} with wildcards; ask for less"
    )
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase)
}

fn in_lower_case(piece: Piece) -> Piece {
    match piece {
        Piece::Literal(text) => Piece::Literal(text.to_lowercase()),
        wildcard => wildcard,
    }
}

/// The smallest text after this one: no stored text holds U+0000.
fn just_above(mut text: String) -> String {
    text.push('\u{1}');
    text
}

/// The largest text before this one, given that none holds U+10FFFF, which is no character.
fn just_below(mut text: String) -> Option<String> {
    let before = match text.pop()? {
        '\0' | '\u{1}' => return (!text.is_empty()).then_some(text),
        '\u{e000}' => '\u{d7ff}',
        last => char::from_u32(u32::from(last).saturating_sub(1))?,
    };
    text.push(before);
    text.push(char::MAX);
    Some(text)
}

const FIELDS: &str = "id, channel_id, source, tag_ids, display_name, created_at, unread_count, \
                      last_message_at, text or metadata.<dotted key>";
const ONLY_EVERYTHING: &str = "the field * goes with the value * alone, as in *:*; name a field";
