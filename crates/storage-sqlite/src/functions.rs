//! What SQL asks this program.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use switchboard_domain::state_words;

use crate::conversation_filter::Sql;

const IS_IN_STATE: &str = "is_in_state";

/// Makes them known to a connection.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function(IS_IN_STATE, 2, flags, |call| {
        Ok(is_in_state(text(call, 0), text(call, 1)))
    })
}

/// The condition that a state in a column has a word in it.
pub(crate) fn condition_of_state(column: &str, word: &str) -> Sql {
    Sql::with(
        &format!("{IS_IN_STATE}({column}, ?)"),
        [word.to_owned().into()],
    )
}

/// No text is found in no state.
fn is_in_state(state: Option<&str>, word: Option<&str>) -> bool {
    let (Some(state), Some(word)) = (state, word) else {
        return false;
    };
    // Asked of each conversation along a list.
    let is_plain = state.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain && word.is_ascii() {
        !word.is_empty()
            && state.len() == word.len()
            && state
                .bytes()
                .zip(word.bytes())
                .all(|(one, other)| one.to_ascii_lowercase() == other)
    } else {
        state_words(Some(state)).contains(word)
    }
}

/// The text of an argument.
fn text<'c>(call: &'c Context<'_>, index: usize) -> Option<&'c str> {
    match call.get_raw(index) {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_found_by_each_of_its_words_in_lower_case() {
        for (state, word, expected) in [
            (Some("OPEN"), Some("open"), true),
            (Some("open"), Some("open"), true),
            (Some("OPENED"), Some("open"), false),
            (Some("In Progress"), Some("progress"), true),
            (Some("In Progress"), Some("in progress"), false),
            (Some("\u{212a}ELVIN"), Some("kelvin"), true),
            (Some("ÜBER"), Some("über"), true),
            (Some(""), Some(""), false),
            (None, Some("open"), false),
            (Some("OPEN"), None, false),
        ] {
            assert_eq!(is_in_state(state, word), expected, "{state:?} {word:?}");
        }
    }

    #[test]
    fn the_short_way_says_the_same() {
        let texts = |letters: &'static str| {
            let letters = letters.chars();
            letters.clone().flat_map(move |first| {
                letters
                    .clone()
                    .map(move |second| format!("{first}{second}"))
            })
        };
        for state in texts("aAzZ09 ") {
            for word in texts("az09").chain(["a".to_owned(), String::new()]) {
                assert_eq!(
                    is_in_state(Some(&state), Some(&word)),
                    state_words(Some(&state)).contains(&word),
                    "{state:?} {word:?}"
                );
            }
        }
    }
}
