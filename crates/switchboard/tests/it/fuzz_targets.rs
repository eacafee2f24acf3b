//! What fuzzing runs, on samples: the fixtures of all sources, and what the hub's own languages look like.

use std::fs;
use std::path::Path;

use switchboard_connectors::ALL;

use self::targets::hub::FuzzedHub;
use self::targets::{connectors, filters, sources_webhook};

#[expect(unreachable_pub, reason = "it is the library of the targets")]
#[path = "../../../../fuzz/lib.rs"]
mod targets;

#[test]
fn every_call_of_the_fixtures_goes_through_every_connector() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connectors/fixtures");
    let mut calls = 0;
    for folder in fs::read_dir(fixtures).expect("they are there") {
        let folder = folder.expect("it can be read").path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder).expect("it can be read") {
            let body = fs::read(file.expect("it can be read").path()).expect("it can be read");
            for which in 0..u8::try_from(ALL.len()).expect("there are few") {
                connectors::run(&[&[which, 0, b'\n'], &body[..]].concat());
                calls += 1;
            }
        }
    }
    assert!(calls > 1_000, "there are {calls}");
}

#[test]
fn filters_of_every_kind_are_answered_or_refused() {
    let hub = FuzzedHub::begin();
    for sample in [
        "",
        "source:facebook AND unread_count:[1 TO *]",
        "NOT (metadata.contact.x:\"a b\" OR tag_ids:(a b))",
        "created_at:>2020-10-25T00:00:00Z text:hello^2 -state:CLOSED",
        "display_name:Gr*ce~ last_message_at:{1 TO 5}",
        "((((",
        "\u{0}\u{10ffff}:\\",
    ] {
        filters::run(&hub, sample);
    }
}

#[test]
fn posts_of_custom_sources_are_refused_or_applied() {
    let hub = FuzzedHub::begin();
    let message = br#"{"messages":[{"source_message_id":"1","source_conversation_id":"c","source_channel_id":"f",
        "source_sender_id":"s","content":{"text":"hi"},"from_contact":true,"sent_at":1600000000000}]}"#;
    for sample in [
        &b""[..],
        b"{}",
        b"[]",
        b"{\"metadata\":[{\"namespace\":\"other\"}]}",
        message,
        b"\xff",
    ] {
        sources_webhook::run(&hub, sample);
    }
}
