//! Wildcards as SQLite writes them.

use switchboard_domain::{Piece, Wildcards};

/// The pattern for `GLOB`, with its own signs in literal text taken as they are.
pub(crate) fn glob(wildcards: &Wildcards) -> String {
    let mut pattern = String::new();
    for piece in &wildcards.0 {
        match piece {
            Piece::One => pattern.push('?'),
            Piece::Any => pattern.push('*'),
            Piece::Literal(text) => {
                for character in text.chars() {
                    if matches!(character, '*' | '?' | '[') {
                        pattern.extend(['[', character, ']']);
                    } else {
                        pattern.push(character);
                    }
                }
            }
        }
    }
    pattern
}

/// The range of texts, in the order of their bytes, outside of which nothing fits: from the first,
/// and up to but not with the second.
pub(crate) fn prefix_range(wildcards: &Wildcards) -> (Option<String>, Option<String>) {
    match wildcards.0.first() {
        Some(Piece::Literal(prefix)) => (Some(prefix.clone()), behind(prefix)),
        _ => (None, None),
    }
}

/// The first text behind all that begin with `prefix`.
fn behind(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // What lies between U+D7FF and U+E000 is no character.
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => u32::from(other).checked_add(1).and_then(char::from_u32),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> Piece {
        Piece::Literal(text.to_owned())
    }

    #[test]
    fn signs_of_glob_in_literal_text_stand_for_themselves() {
        let wildcards = Wildcards(vec![literal("a*b?c[d]"), Piece::Any, Piece::One]);

        assert_eq!(glob(&wildcards), "a[*]b[?]c[[]d]*?");
    }

    #[test]
    fn what_begins_with_a_prefix_lies_in_its_range() {
        for (prefix, end) in [
            ("abc", Some("abd")),
            ("a\u{10FFFF}", Some("b")),
            ("\u{D7FF}", Some("\u{E000}")),
            ("\u{10FFFF}", None),
        ] {
            let range = prefix_range(&Wildcards(vec![literal(prefix), Piece::Any]));

            assert_eq!(range, (Some(prefix.to_owned()), end.map(str::to_owned)));
        }
    }

    #[test]
    fn without_a_prefix_everything_is_in_the_range() {
        let wildcards = Wildcards(vec![Piece::Any, literal("abc")]);

        assert_eq!(prefix_range(&wildcards), (None, None));
    }
}
