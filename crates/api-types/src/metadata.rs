//! Metadata as clients see it: nested, where it is stored flat.

use serde_json::{Map, Value};
use switchboard_domain::{MetadataRecord, MetadataValue};

/// The document that flat records make. Records are in the order they were written: where two
/// conflict, the later one wins.
pub fn nested<'r>(records: impl IntoIterator<Item = &'r MetadataRecord>) -> Map<String, Value> {
    let mut document = Map::new();
    for record in records {
        if let Some(value) = shown(&record.value) {
            put(&mut document, &record.key, value);
        }
    }
    document
}

/// Puts a value at a dotted key, as Airy does: what stands in the way is replaced.
pub fn put(document: &mut Map<String, Value>, key: &str, value: Value) {
    let mut place = document;
    let mut steps = key.split('.').peekable();
    while let Some(step) = steps.next() {
        if steps.peek().is_none() {
            place.insert(step.to_owned(), value);
            return;
        }
        let next = place
            .entry(step)
            .or_insert_with(|| Value::Object(Map::new()));
        if !next.is_object() {
            *next = Value::Object(Map::new());
        }
        let Value::Object(next) = next else { return };
        place = next;
    }
}

/// The value in JSON; `None` if it was removed. Numbers are doubles, as Airy has them.
fn shown(value: &MetadataValue) -> Option<Value> {
    Some(match value {
        MetadataValue::Removed => return None,
        MetadataValue::Text(text) => Value::from(text.as_str()),
        MetadataValue::Number(text) => text
            .parse::<f64>()
            .map_or_else(|_no_number| Value::from(text.as_str()), Value::from),
        MetadataValue::Bool(is) => Value::from(*is),
        MetadataValue::Null => Value::Null,
        MetadataValue::Array(json) | MetadataValue::Object(json) => {
            serde_json::from_str(json).unwrap_or_else(|_not_json| Value::from(json.as_str()))
        }
    })
}

/// The flat records of a document: dotted keys and values, in the document's order. Arrays are one
/// value each, an object without anything in it is none.
pub fn flat(document: &Map<String, Value>, prefix: &str) -> Vec<(String, MetadataValue)> {
    let mut flat = Vec::new();
    let mut waiting: Vec<(String, &Value)> = rest(document, prefix);
    while let Some((key, value)) = waiting.pop() {
        let value = match value {
            Value::Object(inner) => {
                waiting.extend(rest(inner, &key));
                continue;
            }
            Value::Null => MetadataValue::Null,
            Value::Bool(is) => MetadataValue::Bool(*is),
            Value::Number(number) => MetadataValue::Number(number.to_string()),
            Value::String(text) => MetadataValue::Text(text.clone()),
            Value::Array(_) => MetadataValue::Array(value.to_string()),
        };
        flat.push((key, value));
    }
    flat
}

/// The entries of an object with their whole keys, last first.
fn rest<'v>(object: &'v Map<String, Value>, prefix: &str) -> Vec<(String, &'v Value)> {
    object
        .iter()
        .rev()
        .map(|(key, value)| {
            let key = if prefix.is_empty() {
                key.clone()
            } else {
                format!("{prefix}.{key}")
            };
            (key, value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_domain::{ChannelId, MetadataSubject, Timestamp};

    use super::*;

    fn record(key: &str, value: MetadataValue) -> MetadataRecord {
        MetadataRecord {
            subject: MetadataSubject::Channel(ChannelId::from_uuid(uuid::Uuid::nil())),
            key: key.to_owned(),
            value,
            written_at: Timestamp::from_millis(0),
        }
    }

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(object) = value else {
            panic!("{value} is no object");
        };
        object
    }

    #[test]
    fn what_is_flattened_comes_back_nested() {
        let document = object(json!({
            "seq": 42,
            "sentFrom": "iPhone",
            "assignees": ["Alice", "Bob"],
            "deep": { "er": { "still": true, "none": null } },
        }));

        let records: Vec<_> = flat(&document, "user_data")
            .into_iter()
            .map(|(key, value)| record(&key, value))
            .collect();

        assert_eq!(
            Value::Object(nested(&records)),
            json!({ "user_data": {
                "seq": 42.0,
                "sentFrom": "iPhone",
                "assignees": ["Alice", "Bob"],
                "deep": { "er": { "still": true, "none": null } },
            }})
        );
    }

    #[test]
    fn the_later_of_two_that_conflict_wins() {
        let text = |text: &str| MetadataValue::Text(text.to_owned());

        let leaf_last = [record("a.b", text("x")), record("a", text("y"))];
        let tree_last = [record("a", text("y")), record("a.b", text("x"))];

        assert_eq!(Value::Object(nested(&leaf_last)), json!({ "a": "y" }));
        assert_eq!(
            Value::Object(nested(&tree_last)),
            json!({ "a": { "b": "x" } })
        );
    }

    #[test]
    fn an_empty_object_and_a_removed_value_leave_nothing() {
        assert!(flat(&object(json!({ "a": {} })), "").is_empty());
        assert!(nested(&[record("a", MetadataValue::Removed)]).is_empty());
    }
}
