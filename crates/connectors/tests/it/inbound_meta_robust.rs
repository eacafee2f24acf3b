//! Whatever comes under Meta's signature, reading it ends well.

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_connector::{Entry, Inbound, Parsed};

use crate::hub::connector;
use crate::inbound_meta::{SOURCES, parse, parse_at};
use crate::recorded;

fn read_by_all(body: &[u8]) {
    for source in SOURCES {
        for target in connector(source).webhook_paths() {
            let Parsed::Entries(entries) = parse_at(source, target, body) else {
                continue;
            };
            for entry in entries {
                holds(source, &entry);
            }
        }
    }
}

/// What the engine relies on.
fn holds(source: &str, entry: &Entry) {
    let Inbound::Message(message) = &entry.what else {
        return;
    };
    assert!(entry.channel.is_some());
    assert!(message.handles.iter().all(|handle| !handle.is_empty()));
    assert!(!message.handles.is_empty());
    let content: Result<Value, _> = serde_json::from_str(&message.content);
    // Deeper than this library reads, but still JSON.
    let is_json =
        content.is_ok() || message.content.contains("[[[[") || message.content.contains(":{\"");
    assert!(is_json, "{}", message.content);
    let edited = connector(source).edited(&message.content, "another");
    let edited = edited.map(|edited| serde_json::from_str::<Value>(&edited).is_ok());
    assert_ne!(edited, Some(false));
}

/// A fixture of which some bytes are others, missing or twice there.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let bodies: Vec<Vec<u8>> = SOURCES
        .iter()
        .flat_map(|source| {
            let files = recorded::files(source).into_iter();
            files.map(|file| recorded::body(source, &file))
        })
        .collect();
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<u8>(),
        0..3_u8,
    );
    (
        prop::sample::select(bodies),
        prop::collection::vec(change, 1..6),
    )
        .prop_map(|(mut body, changes)| {
            for (from, to, byte, kind) in changes {
                let (from, to) = (from.index(body.len()), to.index(body.len()));
                let range = from.min(to)..from.max(to);
                match kind {
                    0 => body[from] = byte,
                    1 => drop(body.drain(range)),
                    _ => {
                        let twice = body[range].to_vec();
                        body.splice(from..from, twice);
                    }
                }
                if body.is_empty() {
                    body.push(byte);
                }
            }
            body
        })
}

/// A fixture of which one value is another.
fn exchanged() -> impl Strategy<Value = Vec<u8>> {
    let others = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-7),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{fffd}"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"": {"": ""}}),
    ]);
    let files: Vec<Value> = SOURCES
        .iter()
        .flat_map(|source| {
            let files = recorded::files(source).into_iter();
            files.map(|file| serde_json::from_slice(&recorded::body(source, &file)).unwrap())
        })
        .collect();
    (
        prop::sample::select(files),
        any::<prop::sample::Index>(),
        others,
    )
        .prop_map(|(mut body, which, other)| {
            let mut left = which.index(count(&body));
            exchange(&mut body, &mut left, &other);
            body.to_string().into_bytes()
        })
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(values) => values.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

fn exchange(value: &mut Value, left: &mut usize, other: &Value) -> bool {
    if *left == 0 {
        *value = other.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(values) => values.iter_mut().any(|value| exchange(value, left, other)),
        Value::Object(values) => values
            .values_mut()
            .any(|value| exchange(value, left, other)),
        _ => false,
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
        read_by_all(&body);
    }

    #[test]
    fn broken_deliveries_are_read_without_a_panic(body in mutated()) {
        read_by_all(&body);
    }

    #[test]
    fn deliveries_with_a_value_that_nobody_expects_are_read_without_a_panic(body in exchanged()) {
        read_by_all(&body);
    }

    #[test]
    fn the_order_of_a_page_stays(
        events in prop::collection::vec((any::<bool>(), 0..3_u8), 0..12),
    ) {
        let event = |number: usize, is_good: bool| if is_good {
            json!({"sender": {"id": "1"}, "message": {"mid": number.to_string()}})
        } else {
            json!({"sender": {"id": number}, "message": {}})
        };
        let mut entries: Vec<Vec<Value>> = vec![Vec::new(); 1];
        for (number, (is_good, gap)) in events.iter().enumerate() {
            if *gap == 0 {
                entries.push(Vec::new());
            }
            entries.last_mut().unwrap().push(event(number, *is_good));
        }
        let entries: Vec<Value> = entries
            .into_iter()
            .map(|events| json!({"id": "7", "messaging": events}))
            .collect();
        let body = json!({"object": "page", "entry": entries}).to_string();

        let told: Vec<Option<String>> = parse("facebook", body.as_bytes())
            .into_iter()
            .map(|entry| match entry.what {
                Inbound::Message(message) => message.provider_id,
                _ => None,
            })
            .collect();

        let wanted: Vec<Option<String>> = events
            .iter()
            .enumerate()
            .map(|(number, (is_good, _))| is_good.then(|| number.to_string()))
            .collect();
        prop_assert_eq!(told, wanted);
    }
}

#[test]
fn nesting_without_end_is_read_without_a_panic() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deeper = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    for nested in [deep, deeper] {
        for field in ["attachments", "referral", "text", "brand_new"] {
            let body = format!(
                r#"{{"object":"page","entry":[{{"id":"1","messaging":[{{"sender":{{"id":"2"}},"message":{{"mid":"m","{field}":{nested}}},"referral":{nested}}}]}}]}}"#
            );
            assert!(!parse("facebook", body.as_bytes()).is_empty());
        }
        let body = format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":{{"phone_number_id":"1","errors":{nested},"messages":[{{"id":"w","from":"1","text":{nested},"referral":{nested}}}]}}}}]}}]}}"#
        );
        assert_eq!(parse("whatsapp", body.as_bytes()).len(), 2);
    }
}
