//! What cannot be read, and what is for somebody else, costs nothing else.

use serde_json::{Value, json};
use switchboard_connector::Parsed;

use crate::inbound_meta::{parse, parse_at, told};
use crate::inbound_meta_facebook::with_parties;
use crate::inbound_meta_whatsapp::{of_number, with_id};

#[test]
fn what_cannot_be_read_of_a_page_costs_nothing_else() {
    let good = |mid: &str| with_parties(&json!({"message": {"mid": mid, "text": "hi"}}));
    let text = json!({
        "object": "page",
        "entry": [
            {"id": "108201940000001", "messaging": [
                good("m_1"),
                {"message": {"mid": "m_2"}},
                with_parties(&json!({"message": {"text": "canary"}})),
                with_parties(&json!({"message": "canary"})),
                with_parties(&json!({"message_edit": {"mid": "m_1", "num_edit": "canary"}})),
                with_parties(&json!({"message_edit": {"mid": "m_1"}})),
                "canary", null, 7, [], {},
                good("m_3"),
            ]},
            "canary",
            {"id": ["canary"], "messaging": [good("m_4")]},
            {"messaging": [good("m_5")]},
            {"id": "108201940000001", "messaging": {"canary": 1}},
            {"id": 108_201_940_000_001_i64, "messaging": null, "standby": [good("m_6")], "changes": [7]},
        ],
    });

    let lines = told("facebook", text.to_string().as_bytes());

    let wrong = "a value is of an unexpected type (line 1, column";
    let starts = [
        "page m_1 from ada in ada at T: hi",
        "page malformed: sender.id is missing",
        "page malformed: message.mid is missing",
        &format!("page malformed: {wrong}"),
        &format!("page malformed: {wrong}"),
        "page malformed: message_edit.text is missing",
        "page malformed: this is no object",
        "page malformed: this is no object",
        "page malformed: this is no object",
        "page malformed: this is no object",
        "page unknown: an event without a kind",
        "page m_3 from ada in ada at T: hi",
        &format!("? malformed: {wrong}"),
        &format!("? malformed: {wrong}"),
        "? malformed: entry.id is missing",
        &format!("? malformed: {wrong}"),
        "page m_6 from ada in ada at T: hi thread: thread.standby=true",
        "page nothing: changes.",
    ];
    for (line, start) in lines.iter().zip(starts) {
        assert!(
            line.starts_with(start),
            "{line} does not start with {start}"
        );
        assert!(!line.contains("canary"), "{line}");
    }
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
}

#[test]
fn a_body_for_facebook_that_is_nothing_at_all_is_one_thing_that_cannot_be_read() {
    for (text, line) in [
        (
            "",
            "? malformed: the JSON ends too early (line 1, column 0)",
        ),
        ("canary", "? malformed: this is no JSON (line 1, column 1)"),
        (
            "{\"object\":\"page\"",
            "? malformed: the JSON ends too early (line 1, column 16)",
        ),
        (
            "\"canary\"",
            "? malformed: a value is of an unexpected type (line 1, column 8)",
        ),
        ("{}", "? malformed: object is missing"),
        ("{\"object\":\"page\"}", "? malformed: entry is missing"),
        ("{\"object\":\"user\",\"entry\":[]}", "? unknown: user"),
    ] {
        assert_eq!(told("facebook", text.as_bytes()), [line]);
    }
    assert_eq!(
        told("facebook", br#"{"object":"page","entry":[]}"#),
        [""; 0]
    );
}

#[test]
fn each_of_the_two_products_takes_its_own() {
    let page = br#"{"object":"page","entry":[]}"#;
    let account = br#"{"object":"instagram","entry":[]}"#;

    for target in ["/facebook", "/facebook?x=1", "/instagram"] {
        assert_eq!(parse_at("facebook", target, account), Parsed::NotMine);
        assert_eq!(parse_at("instagram", target, page), Parsed::NotMine);
        assert_eq!(parse_at("facebook", target, page), Parsed::Entries(vec![]));
        assert_eq!(
            parse_at("instagram", target, account),
            Parsed::Entries(vec![])
        );
    }
    // What is neither's is told once: by the one that is asked at that path.
    for text in ["{\"object\":\"user\",\"entry\":[]}", "nonsense", "{}"] {
        let body = text.as_bytes();
        assert_eq!(parse("facebook", body).len(), 1);
        assert_eq!(parse_at("instagram", "/facebook", body), Parsed::NotMine);
        let Parsed::Entries(entries) = parse_at("instagram", "/instagram", body) else {
            panic!("nobody else is asked at /instagram");
        };
        assert_eq!(entries.len(), 1);
    }
}

#[test]
fn what_cannot_be_read_of_a_number_costs_nothing_else() {
    let good = |id: &str| with_id(&json!({"id": id}));
    let with = |messages: Value| json!({"field": "messages", "value": of_number(&json!({"messages": messages}))});
    let body = json!({
        "object": "whatsapp_business_account",
        "entry": [
            "canary",
            {"changes": "canary"},
            {"changes": [
                with(json!([good("a"), "canary", {"from": ["canary"]}, {"from": "1"}, {"id": "x"}, good("b")])),
                "canary",
                {"field": ["canary"]},
                {"value": {}},
                {"field": "messages"},
                {"field": "messages", "value": "canary"},
                with(json!("canary")),
                with(json!([])),
                with(json!([good("c")])),
            ]},
            {},
            {"changes": [with(json!([good("d")]))]},
        ],
    });

    let lines = told("whatsapp", body.to_string().as_bytes());

    let wrong = "malformed: a value is of an unexpected type (line 1, column";
    let starts = [
        &format!("? {wrong}"),
        &format!("? {wrong}"),
        "number a from ada in ada at T",
        "number malformed: this is no object",
        &format!("number {wrong}"),
        "number malformed: messages.id is missing",
        "number malformed: messages.from is missing",
        "number b from ada in ada at T",
        &format!("? {wrong}"),
        &format!("? {wrong}"),
        "? malformed: changes.field is missing",
        "? malformed: changes.value is missing",
        "? malformed: this is no object",
        &format!("? {wrong}"),
        "number malformed: value.messages is missing",
        "number c from ada in ada at T",
        "number d from ada in ada at T",
    ];
    for (line, start) in lines.iter().zip(starts) {
        assert!(
            line.starts_with(start),
            "{line} does not start with {start}"
        );
        assert!(!line.contains("canary"), "{line}");
    }
    assert_eq!(lines.len(), starts.len(), "{lines:#?}");
}

#[test]
fn a_body_for_whatsapp_that_is_nothing_at_all_is_one_thing_that_cannot_be_read() {
    for (text, line) in [
        (
            "",
            "? malformed: the JSON ends too early (line 1, column 0)",
        ),
        ("canary", "? malformed: this is no JSON (line 1, column 1)"),
        ("{}", "? malformed: object is missing"),
        (
            "{\"object\":\"whatsapp_business_account\"}",
            "? malformed: entry is missing",
        ),
        ("{\"object\":\"page\",\"entry\":[]}", "? unknown: page"),
    ] {
        assert_eq!(told("whatsapp", text.as_bytes()), [line]);
    }
}
