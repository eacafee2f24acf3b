//! The words under which things are found.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The words of a text as filters know them: cut at white space, in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// A text as the full text knows it: its words in their order with a blank between, cut at what is
/// neither a letter nor a digit, in lower case and without diacritics, so that `naive` and `naïve` are one
/// word. Signs that are only another form of others are those: a ligature is its letters. Both what is
/// stored and what is asked for goes through here, so that no database has an opinion on it.
///
/// Folding what is folded changes nothing.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        // The same, without what only other letters need.
        return joined(
            text.len(),
            text.chars().map(|letter| letter.to_ascii_lowercase()),
        );
    }
    let letters = text
        .nfkd()
        .filter(|letter| !is_diacritic(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_diacritic(*letter))
        .nfc();
    joined(text.len(), letters)
}

/// Letters as words with a blank between.
fn joined(length: usize, letters: impl Iterator<Item = char>) -> String {
    let mut folded = String::with_capacity(length);
    let mut is_cut = false;
    for letter in letters {
        if letter.is_alphanumeric() || is_combining_mark(letter) {
            if is_cut && !folded.is_empty() {
                folded.push(' ');
            }
            is_cut = false;
            folded.push(letter);
        } else {
            is_cut = true;
        }
    }
    folded
}

/// What can be searched of a text; `None` if there is no word in it.
pub(crate) fn searchable(text: &str) -> Option<String> {
    Some(folded(text)).filter(|folded| !folded.is_empty())
}

/// The marks that stand at letters of Latin, Greek and Cyrillic. Those of other scripts are letters in
/// all but name.
const fn is_diacritic(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// What people can search of a message whose content is JSON in any provider's words.
pub(crate) fn text_of_content(content: &str) -> Option<String> {
    let content: Value = serde_json::from_str(content).ok()?;
    [
        "/message/text",
        "/text/body",
        "/text",
        "/Body",
        "/postback/title",
        "/message/message/text",
        "/image/caption",
        "/video/caption",
        "/document/caption",
        "/button/text",
        "/interactive/button_reply/title",
        "/interactive/list_reply/title",
    ]
    .into_iter()
    .find_map(|place| content.pointer(place)?.as_str())
    .and_then(searchable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_words_without_case_diacritics_and_signs() {
        for (text, words) in [
            ("Naïve  e-mail, don't!", "naive e mail don t"),
            ("HELLO,\tWorld_42! \0x7f", "hello world 42 x7f"),
            ("nai\u{308}ve NAÏVE", "naive naive"),
            ("Ünïcödé ﬁne ①②", "unicode fine 12"),
            ("ЁЛКА й İstanbul ẞ", "елка и istanbul ß"),
            ("がぎ ガ 한글", "がぎ ガ 한글"),
            ("नमस्ते", "नमस्ते"),
            ("  … \u{a0}\0", ""),
        ] {
            assert_eq!(folded(text), words, "{text}");
            assert_eq!(folded(words), words, "{words}");
        }
    }

    #[test]
    fn plain_letters_are_folded_as_they_are_among_others() {
        let plain: String = (0..=0x7f_u8).map(char::from).collect();

        assert_eq!(folded(&format!("{plain} é")), folded(&plain) + " e");
    }

    #[test]
    fn captions_and_chosen_answers_can_be_searched_too() {
        for content in [
            r#"{"type":"image","image":{"id":"1","caption":"the answer"}}"#,
            r#"{"type":"button","button":{"text":"the answer","payload":"x"}}"#,
            r#"{"interactive":{"button_reply":{"id":"1","title":"the answer"}}}"#,
            r#"{"message":{"mid":"m","text":"the answer"}}"#,
        ] {
            assert_eq!(
                text_of_content(content).as_deref(),
                Some("the answer"),
                "{content}"
            );
        }
        assert_eq!(text_of_content(r#"{"image":{"id":"1"}}"#), None);
    }
}
