//! Another text in the place of one, everything else to the letter.

use serde_json::value::RawValue;

use super::compact::push_text;
use super::members;

/// `content` with `text` where `path` leads; `None` if no text stands there.
pub(crate) fn with_text(content: &str, path: &[&str], text: &str) -> Option<String> {
    let mut part: &RawValue = serde_json::from_str(content).ok()?;
    for key in path {
        let found = members(part)?.into_iter().find(|(name, _)| name == key);
        part = found?.1;
    }
    let old = part.get();
    if !old.starts_with('"') {
        return None;
    }
    let start = old.as_ptr().addr().checked_sub(content.as_ptr().addr())?;
    let (before, rest) = content.split_at_checked(start)?;
    let after = rest.strip_prefix(old)?;
    let mut edited = String::with_capacity(content.len() + text.len());
    edited.push_str(before);
    push_text(&mut edited, text);
    edited.push_str(after);
    Some(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_changes() {
        let content = r#"{"text":"a","message":{"mid":"a","n":1.0,"text":"a","z":"a"}}"#;

        let edited = with_text(content, &["message", "text"], "b \"c\"\n").unwrap();

        assert_eq!(
            edited,
            r#"{"text":"a","message":{"mid":"a","n":1.0,"text":"b \"c\"\n","z":"a"}}"#
        );
    }

    #[test]
    fn where_no_text_stands_there_is_nothing_to_change() {
        for content in [
            "",
            "[]",
            "{}",
            r#"{"message":{}}"#,
            r#"{"message":{"text":1}}"#,
            r#"{"message":"x"}"#,
        ] {
            assert_eq!(
                with_text(content, &["message", "text"], "b"),
                None,
                "{content}"
            );
        }
    }
}
