//! The words of texts, as the full-text index has them.
//!
//! Texts come as words with blanks between, already folded. They are cut here and not by the server, whose
//! way depends on its locale, and as the other database cuts them: at what of ASCII is neither a letter
//! nor a digit.

use switchboard_domain::{Piece, Wildcards};

use crate::words;

/// How many words of one text can be found, and how many bytes they may take together. A document of the
/// index has such limits, and a text of that length is not one that anybody wrote.
const WORDS: u32 = 16_000;
const BYTES: usize = 900_000;

/// What the index keeps of a text: each word with its place, as the server reads a `tsvector`.
pub(crate) fn document(text: &str) -> String {
    let mut document = String::with_capacity(text.len() * 2);
    let mut left = BYTES;
    for (place, word) in (1..=WORDS).zip(cut(text)) {
        // A word takes its bytes, its place and some of both for alignment.
        let Some(rest) = left.checked_sub(word.len() + 8) else {
            break;
        };
        left = rest;
        push_quoted(&mut document, word);
        document.push(':');
        document.push_str(&place.to_string());
        document.push(' ');
    }
    document
}

/// What finds texts that have these words one after the other, as the server reads a `tsquery`. `None`
/// where there is nothing to be found.
pub(crate) fn phrase<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let words: Vec<_> = words.into_iter().flat_map(cut).map(quoted).collect();
    (!words.is_empty()).then(|| words.join(" <-> "))
}

/// What finds texts with a word that begins as these wildcards do, where they begin with letters.
pub(crate) fn beginning(wildcards: &Wildcards) -> Option<String> {
    match wildcards.0.as_slice() {
        [Piece::Literal(start), _, ..] => phrase([start.as_str()]).map(|words| words + ":*"),
        _ => None,
    }
}

/// Whether nothing but the beginning is asked for.
pub(crate) fn is_beginning(wildcards: &Wildcards) -> bool {
    matches!(wildcards.0.as_slice(), [Piece::Literal(_), Piece::Any])
}

/// The words of a text, in whatever case they are.
fn cut(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_ascii() && !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(words::start)
}

/// Adds a word as the server reads it. There are no quotes in words.
fn push_quoted(document: &mut String, word: &str) {
    document.push('\'');
    let begin = document.len();
    document.push_str(word);
    if let Some(word) = document.get_mut(begin..) {
        word.make_ascii_lowercase();
    }
    document.push('\'');
}

fn quoted(word: &str) -> String {
    let mut quoted = String::with_capacity(word.len() + 2);
    push_quoted(&mut quoted, word);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_at_what_of_ascii_is_neither_letter_nor_digit() {
        assert_eq!(
            document("Grüße, \u{a0} & \0Birnen-2!"),
            "'grüße':1 '\u{a0}':2 'birnen':3 '2':4 "
        );
    }

    #[test]
    fn what_has_no_word_finds_nothing() {
        assert_eq!(phrase(["'", "!"]), None);
        assert_eq!(phrase(["a-B", "c"]), Some("'a' <-> 'b' <-> 'c'".to_owned()));
    }
}
