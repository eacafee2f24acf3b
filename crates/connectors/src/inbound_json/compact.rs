//! JSON as Airy writes it down: what is stored of a message, and what ids are derived from.
//!
//! Airy reads a message into Jackson's tree and prints that: no white space, the order of the keys
//! kept, characters instead of escapes, numbers with a fraction as Java prints them.

use serde_json::value::RawValue;

/// `json` as Airy prints it. The half of a character, which is no text, becomes U+FFFD.
pub(crate) fn compact(json: &RawValue) -> String {
    let mut rest = json.get();
    let mut out = String::with_capacity(rest.len());
    loop {
        let mut chars = rest.chars();
        rest = match chars.next() {
            None => return out,
            Some('"') => string(&mut out, chars.as_str()),
            Some(' ' | '\t' | '\n' | '\r') => chars.as_str(),
            Some(mark @ ('{' | '}' | '[' | ']' | ',' | ':')) => {
                out.push(mark);
                chars.as_str()
            }
            Some(_) => bare(&mut out, rest),
        };
    }
}

/// Appends `text` as a JSON string.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        push_char(out, character);
    }
    out.push('"');
}

/// A string of which `rest` follows the opening quote; returns what follows the closing one.
fn string<'json>(out: &mut String, mut rest: &'json str) -> &'json str {
    out.push('"');
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\')) {
        let (plain, marked) = rest.split_at(at);
        out.push_str(plain);
        let (mark, after) = marked.split_at(1);
        if mark == "\"" {
            out.push('"');
            return after;
        }
        rest = escape(out, after);
    }
    rest
}

/// The escape of which `rest` follows the backslash; returns what follows the escape.
fn escape<'json>(out: &mut String, rest: &'json str) -> &'json str {
    let mut chars = rest.chars();
    match chars.next() {
        Some('u') => return code_unit(out, chars.as_str()),
        Some('/') => out.push('/'),
        Some(kept) => out.extend(['\\', kept]),
        None => {}
    }
    chars.as_str()
}

/// The escape of which `rest` follows `\u`, with the other half of the character if that follows.
fn code_unit<'json>(out: &mut String, rest: &'json str) -> &'json str {
    let Some((first, after)) = hexadecimal(rest) else {
        return rest;
    };
    if let Some(character) = one(&[first]) {
        push_char(out, character);
        return after;
    }
    let second = after.strip_prefix("\\u").and_then(hexadecimal);
    if let Some((second, behind)) = second
        && let Some(character) = one(&[first, second])
    {
        push_char(out, character);
        return behind;
    }
    out.push(char::REPLACEMENT_CHARACTER);
    after
}

fn hexadecimal(text: &str) -> Option<(u16, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, after))
}

/// The one character that `units` are in UTF-16.
fn one(units: &[u16]) -> Option<char> {
    let mut characters = char::decode_utf16(units.iter().copied());
    let character = characters.next()?.ok();
    character.filter(|_| characters.next().is_none())
}

fn push_char(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        control @ '\0'..'\u{20}' => {
            let code = u32::from(control);
            let digits = [code / 16, code % 16].map(|digit| char::from_digit(digit, 16));
            out.push_str("\\u00");
            out.extend(
                digits
                    .into_iter()
                    .flatten()
                    .map(|digit| digit.to_ascii_uppercase()),
            );
        }
        character => out.push(character),
    }
}

/// A number or a word, with which `rest` begins; returns what follows it.
fn bare<'json>(out: &mut String, rest: &'json str) -> &'json str {
    let is_end = |byte: u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
    let end = rest.bytes().position(is_end).unwrap_or(rest.len());
    let (token, after) = rest.split_at(end);
    let is_fraction = token.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && token.contains(['.', 'e', 'E']);
    match token.parse::<f64>() {
        Ok(number) if is_fraction && number.is_finite() => out.push_str(&in_java(number)),
        _ => out.push_str(token),
    }
    after
}

/// A number as `Double.toString` prints it.
fn in_java(number: f64) -> String {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return format!("{number:?}");
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn compacted(text: &str) -> String {
        compact(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn order_stays_and_white_space_between_tokens_goes() {
        let text = "\r\n{ \"z\" : [ 1 , true,\tnull , \"a  b\" ] , \"a\" : { } }\n";

        assert_eq!(compacted(text), r#"{"z":[1,true,null,"a  b"],"a":{}}"#);
    }

    #[test]
    fn escapes_become_characters_where_json_allows() {
        for (given, printed) in [
            (r#""Gr\u00fc\u00DFe \ud83d\udc4b \/""#, "\"Grüße 👋 /\""),
            (r#""\" \\ \b\f\n\r\t""#, r#""\" \\ \b\f\n\r\t""#),
            (
                r#""\u0022\u005c\u000a\u001f\u007f""#,
                "\"\\\"\\\\\\n\\u001F\u{7f}\"",
            ),
            (r#""\\u0041""#, r#""\\u0041""#),
            (
                r#""\ud83d x \udc4b \ud83d\ud83d\udc4b""#,
                "\"\u{fffd} x \u{fffd} \u{fffd}👋\"",
            ),
            (r#""\ud83d""#, "\"\u{fffd}\""),
        ] {
            assert_eq!(compacted(given), printed, "{given}");
        }
    }

    #[test]
    fn numbers_are_printed_as_java_prints_them() {
        for (given, printed) in [
            ("1790000000000", "1790000000000"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("37.750", "37.75"),
            ("-122.0", "-122.0"),
            ("1e3", "1000.0"),
            ("0.0001", "1.0E-4"),
            ("12345678.9", "1.23456789E7"),
            ("1E10", "1.0E10"),
            ("0.0", "0.0"),
            ("1e400", "1e400"),
        ] {
            assert_eq!(compacted(given), printed, "{given}");
        }
    }

    proptest! {
        #[test]
        fn the_meaning_stays(texts in prop::collection::vec(".*", 0..4), number in any::<i64>()) {
            let value = serde_json::json!({"texts": texts, "number": number, "none": null});
            let pretty = serde_json::to_string_pretty(&value).unwrap();

            let compact = compacted(&pretty);

            prop_assert_eq!(&serde_json::from_str::<Value>(&compact).unwrap(), &value);
            prop_assert_eq!(compacted(&compact), compact);
        }

        #[test]
        fn a_text_is_written_as_one_that_was_read(text in ".*") {
            let mut out = String::new();
            push_text(&mut out, &text);

            prop_assert_eq!(&out, &compacted(&serde_json::to_string(&text).unwrap()));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
