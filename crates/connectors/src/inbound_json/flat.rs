//! What a provider tells in nested objects, as notes under dotted keys.

use serde_json::value::RawValue;
use switchboard_connector::Note;
use switchboard_domain::MetadataValue;

use super::members;

/// How deep objects are taken apart; what lies deeper stays one value.
const DEPTH: usize = 8;

/// The leaves of `json`, which is compact, each under `key` and its own path. An array is a leaf, an
/// object without members is nothing.
pub(crate) fn flat(key: &str, json: &RawValue) -> Vec<Note> {
    let mut notes = Vec::new();
    descend(&mut notes, key.to_owned(), json, DEPTH);
    notes
}

fn descend(notes: &mut Vec<Note>, key: String, json: &RawValue, depth: usize) {
    let members = if depth == 0 { None } else { members(json) };
    let Some(members) = members else {
        let value = value(json);
        return notes.push(Note { key, value });
    };
    for (name, part) in members {
        descend(notes, format!("{key}.{name}"), part, depth - 1);
    }
}

/// A value of compact JSON with its type.
pub(crate) fn value(json: &RawValue) -> MetadataValue {
    let text = json.get();
    match text.bytes().next() {
        Some(b'"') => MetadataValue::Text(serde_json::from_str(text).unwrap_or_default()),
        Some(b'{') => MetadataValue::Object(text.to_owned()),
        Some(b'[') => MetadataValue::Array(text.to_owned()),
        Some(b't') => MetadataValue::Bool(true),
        Some(b'f') => MetadataValue::Bool(false),
        Some(b'n') | None => MetadataValue::Null,
        Some(_) => MetadataValue::Number(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(text: &str) -> Vec<(String, MetadataValue)> {
        let notes = flat("k", serde_json::from_str(text).unwrap());
        notes
            .into_iter()
            .map(|note| (note.key, note.value))
            .collect()
    }

    #[test]
    fn leaves_keep_their_type_and_their_order() {
        let text = r#"{"z":"a\"b","n":1.5,"b":true,"o":{"p":{"q":null}},"e":{},"a":[1,{"x":2}]}"#;

        assert_eq!(
            notes(text),
            [
                ("k.z".to_owned(), MetadataValue::Text("a\"b".to_owned())),
                ("k.n".to_owned(), MetadataValue::Number("1.5".to_owned())),
                ("k.b".to_owned(), MetadataValue::Bool(true)),
                ("k.o.p.q".to_owned(), MetadataValue::Null),
                (
                    "k.a".to_owned(),
                    MetadataValue::Array(r#"[1,{"x":2}]"#.to_owned())
                ),
            ]
        );
        assert_eq!(
            notes("7"),
            [("k".to_owned(), MetadataValue::Number("7".to_owned()))]
        );
    }

    #[test]
    fn objects_without_end_are_not_followed() {
        let text = format!("{}1{}", r#"{"a":"#.repeat(20_000), "}".repeat(20_000));

        let [(key, MetadataValue::Object(rest))] = &notes(&text)[..] else {
            panic!("one note");
        };

        assert_eq!(key, "k.a.a.a.a.a.a.a.a");
        assert!(rest.starts_with(r#"{"a":{"a":"#));
    }
}
