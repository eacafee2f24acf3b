//! What Instagram accounts send.

use serde_json::json;

use crate::hub::connector;
use crate::inbound_meta::{every_fixture_tells, message, told};
use crate::recorded::{body, ids};

#[test]
fn every_fixture_is_read_as_the_documentation_means_it() {
    every_fixture_tells("instagram", include_str!("inbound_meta_instagram.txt"));
}

fn account(event: &serde_json::Value) -> String {
    let body = json!({"object": "instagram", "entry": [{"id": "17841400000000001", "messaging": [event]}]});
    told("instagram", body.to_string().as_bytes()).remove(0)
}

#[test]
fn the_channel_is_the_one_of_airy() {
    let text = r#"{"object":"instagram","entry":[{"id":"1847583685763736","messaging":[
        {"sender":{"id":"1"},"recipient":{"id":"1847583685763736"},"timestamp":1790000000000,
        "message":{"mid":"m","text":"hi"}}]}]}"#;

    let [channel, ..] = ids(
        "instagram",
        "1847583685763736",
        &message("instagram", text.as_bytes()),
    );

    assert_eq!(channel, "4a141ead-0fe9-5b3b-b107-0fb7e2aa4b97");
}

#[test]
fn an_echo_names_no_app_and_may_be_of_ours() {
    let echo = |app: serde_json::Value| {
        account(&json!({
            "sender": {"id": "17841400000000001"},
            "recipient": {"id": "6712345678901234"},
            "timestamp": 1_790_000_000_000_i64,
            "message": {"mid": "m", "is_echo": true, "app_id": app, "text": "hi"},
        }))
    };

    assert_eq!(echo(json!(null)), "account m echo by ada in ada at T: hi");
    assert_eq!(echo(json!(42)), "account m by our side, 42 in ada at T: hi");
}

#[test]
fn nothing_of_an_unsent_message_stays() {
    let line = account(&json!({
        "sender": {"id": "6712345678901234"},
        "recipient": {"id": "17841400000000001"},
        "timestamp": 1_790_000_000_000_i64,
        "canary": 1,
        "message": {
            "mid": "m", "is_deleted": true, "text": "canary",
            "attachments": [{"type": "image", "payload": {"url": "https://canary.example/"}}],
        },
    }));

    assert_eq!(
        line,
        r#"account unsent m at T: {"sender":{"id":"ada"},"recipient":{"id":"account"},"timestamp":T,"message":{"mid":"m","is_deleted":true}}"#
    );
}

#[test]
fn an_id_is_never_told_by_the_name_alone() {
    let channel = "4a141ead-0fe9-5b3b-b107-0fb7e2aa4b97".parse().unwrap();

    assert_eq!(connector("instagram").message_id(channel, "m"), None);
    assert_eq!(connector("facebook").message_id(channel, "m"), None);
}

#[test]
fn an_edit_changes_the_text_of_the_content() {
    let content = message("instagram", &body("instagram", "text.json")).content;

    let edited = connector("instagram").edited(&content, "Do you ship to Hamburg?");

    assert_eq!(edited, Some(content.replace("Berlin", "Hamburg")));
}
