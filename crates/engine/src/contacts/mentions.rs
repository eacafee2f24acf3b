//! How the raw calls of providers spell a handle.

use std::collections::BTreeSet;

/// Handles of fewer bytes are looked for as whole values only: they are found inside anything.
const TELLING: usize = 6;

/// Every text that shows that a raw call speaks of one of these handles.
///
/// JSON can be written with or without `\/` and with `\u003d` for the characters that are special in
/// HTML; forms are percent-encoded, with capital letters or small ones.
pub(super) fn mentions<'h>(handles: impl IntoIterator<Item = &'h str>) -> Vec<Vec<u8>> {
    let mut texts = BTreeSet::new();
    for handle in handles {
        for name in names(handle) {
            for spelling in spellings(name) {
                if name.len() >= TELLING {
                    texts.insert(spelling);
                } else {
                    texts.insert(format!("\"{spelling}\""));
                    texts.insert(format!("={spelling}&"));
                }
            }
        }
    }
    texts.into_iter().map(String::into_bytes).collect()
}

/// What a handle is called: itself, and the number in it. Twilio writes `whatsapp:+49…` and `49…`
/// side by side (twilio.com/docs/messaging/guides/webhook-request, read 2026-11-22).
fn names(handle: &str) -> impl Iterator<Item = &str> {
    let number = handle.strip_prefix("whatsapp:").unwrap_or(handle);
    let digits = number.strip_prefix('+').filter(|digits| {
        digits.len() >= TELLING && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    [Some(handle).filter(|handle| !handle.is_empty()), digits]
        .into_iter()
        .flatten()
}

fn spellings(name: &str) -> [String; 6] {
    let json = serde_json::Value::from(name).to_string();
    let json = json.trim_matches('"');
    [
        name.to_owned(),
        json.replace('/', "\\/"),
        json.to_owned(),
        for_html(json),
        in_form(name, |byte| format!("%{byte:02X}")),
        in_form(name, |byte| format!("%{byte:02x}")),
    ]
}

/// As libraries write JSON that is safe inside HTML.
fn for_html(json: &str) -> String {
    json.chars()
        .map(|letter| match letter {
            '<' | '>' | '&' | '=' | '\'' => format!("\\u{:04x}", u32::from(letter)),
            other => other.to_string(),
        })
        .collect()
}

fn in_form(name: &str, escaped: fn(u8) -> String) -> String {
    name.bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            b'-' | b'_' | b'.' | b'*' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => escaped(byte),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(handle: &str, body: &str) -> bool {
        let texts = mentions([handle]);
        texts.iter().any(|text| {
            body.as_bytes()
                .windows(text.len())
                .any(|window| window == text)
        })
    }

    #[test]
    fn a_number_is_found_in_json_and_in_forms() {
        let handle = "whatsapp:+4915712345678";

        assert!(finds(
            handle,
            "To=x&From=whatsapp%3A%2B4915712345678&Body=hi"
        ));
        assert!(finds(handle, "From=whatsapp%3a%2b4915712345678"));
        assert!(finds(handle, "WaId=4915712345678&Body=hi"));
        assert!(finds("+4915712345678", r#"{"from":"4915712345678"}"#));
        assert!(!finds(handle, "From=whatsapp%3A%2B4915712345679"));
    }

    #[test]
    fn what_json_can_write_in_several_ways_is_found_in_each() {
        let handle = "01234567890A/b+c==";

        assert!(finds(handle, r#"{"id":"01234567890A/b+c=="}"#));
        assert!(finds(handle, r#"{"id":"01234567890A\/b+c=="}"#));
        assert!(finds(handle, r#"{"id":"01234567890A/b+c\u003d\u003d"}"#));
    }

    #[test]
    fn a_short_handle_is_not_found_inside_others() {
        assert!(finds("42", r#"{"id":"42"}"#));
        assert!(finds("42", "From=42&To=1"));
        assert!(!finds("42", r#"{"id":"1429","at":42}"#));
    }

    #[test]
    fn nothing_is_looked_for_where_there_is_no_handle() {
        assert!(mentions([""]).is_empty());
    }
}
