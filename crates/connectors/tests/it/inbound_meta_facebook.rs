//! What pages send.

use serde_json::{Value, json};
use switchboard_connector::{Delivery, Inbound, MessageName, Origin, Parsed};
use switchboard_domain::Timestamp;

use crate::hub::connector;
use crate::inbound_meta::{ARRIVAL, every_fixture_tells, message, told};
use crate::recorded::{body, ids, settings};

/// What the page sends if `event` happens.
fn page(event: &Value) -> Vec<u8> {
    let event = with_parties(event);
    let body =
        json!({"object": "page", "entry": [{"id": "108201940000001", "messaging": [event]}]});
    body.to_string().into_bytes()
}

/// The event with the parties that most have.
pub(crate) fn with_parties(event: &Value) -> Value {
    let mut whole = json!({
        "sender": {"id": "5275811702471834"},
        "recipient": {"id": "108201940000001"},
        "timestamp": 1_790_000_000_000_i64,
    });
    for (key, value) in event.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

/// What the page tells if `event` happens.
fn tells(event: &Value) -> Vec<String> {
    told("facebook", &page(event))
}

#[test]
fn every_fixture_is_read_as_the_documentation_means_it() {
    every_fixture_tells("facebook", include_str!("inbound_meta_facebook.txt"));
}

#[test]
fn ids_are_those_of_airy() {
    let airy = message("facebook", &body("facebook", "airy_text.json"));
    assert_eq!(
        ids("facebook", "p1", &airy),
        [
            "33a86662-2225-57d3-94ad-eef4f9caabc3",
            "2544dc9b-0828-5100-aa39-2d03a8d02c95",
            "243f0bab-5941-5db7-8941-7c5e219cea52",
        ]
    );

    // Another example, with white space and escapes that Airy does not keep.
    let text = r#"{"object":"page", "entry":[{"id":"7562107744668308","messaging":[
        {"sender" :{"id":"4383398935030571"},"recipient":{"id":"7562107744668308"},
        "timestamp":1550050753811,
        "message":{"mid":"4242","seq":1362432,"text":"the \u0061nswer is 42"}}]}]}"#;
    let spaced = message("facebook", text.as_bytes());
    assert_eq!(
        ids("facebook", "7562107744668308", &spaced),
        [
            "0686be1a-84e3-5135-9960-3269161887e5",
            "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c",
            "adf43014-3114-5185-b14e-bcc98d4c5df1",
        ]
    );
}

#[test]
fn the_content_is_the_whole_event_as_it_was_written_without_white_space_and_escapes() {
    let content = r#"{"sender":{"id":"5275811702471834"},"recipient":{"id":"108201940000001"},"timestamp":1790000000000,"message":{"mid":"m_qr6GPBlzTU4jqP0PBqaIoIAcfn2p3T7uiO5jm0L_0023","text":"Grüße 👋 €5 / ok"}}"#;

    let message = message("facebook", &body("facebook", "raw_unicode_escaped.json"));

    assert_eq!(message.content, content);
    assert_eq!(message.name, MessageName::InChannel(content.to_owned()));
}

/// Airy makes two messages of one that arrives in two shapes.
#[test]
fn defect_12_a_message_is_recognised_by_its_mid_whatever_stands_around_it() {
    let event = with_parties(&json!({"message": {"mid": "m_1", "text": "hi"}}));
    let as_standby =
        json!({"object": "page", "entry": [{"id": "108201940000001", "standby": [event]}]});

    let once = message("facebook", &page(&event));
    let again = message("facebook", as_standby.to_string().as_bytes());
    let reactions = tells(&json!({"reaction": {"mid": "m_1", "action": "react", "emoji": "👍"}}));

    assert_eq!(once.provider_id.as_deref(), Some("m_1"));
    assert_eq!(again.provider_id, once.provider_id);
    assert_eq!(reactions, ["page reaction to m_1 at T: 👍"]);
}

/// Airy reads neither.
#[test]
fn defect_15_deliveries_and_reads_confirm_our_messages() {
    for (event, lines) in [
        (
            json!({"delivery": {"mids": ["m_1", "m_2"], "watermark": 1_789_999_999_000_i64}}),
            &[
                "page delivered m_1 at T",
                "page delivered m_2 at T",
                "page delivered all to ada until 1789999999000",
            ][..],
        ),
        (
            json!({"read": {"watermark": 1_789_999_999_i64}}),
            &["page seen all to ada until 1789999999000"],
        ),
        (json!({"read": {"mid": "m_1"}}), &["page seen m_1 at T"]),
        (
            json!({"delivery": {"mids": []}}),
            &["page malformed: delivery.watermark is missing"],
        ),
        // The page itself has read what the contact wrote.
        (
            json!({"sender": {"id": "108201940000001"}, "recipient": {"id": "5275811702471834"}, "read": {"watermark": 5}}),
            &["page nothing: read by the account"],
        ),
    ] {
        assert_eq!(tells(&event), lines, "{event}");
    }
}

#[test]
fn echoes_are_told_apart_by_app_and_by_the_id_we_sent_along() {
    let id = "5d0a7f9c-7c1c-5f54-9a6e-2f7f2a1d1c11";
    let echo = |more: Value| {
        let mut message = json!({"mid": "m_1", "is_echo": true});
        for (key, value) in more.as_object().unwrap() {
            message[key] = value.clone();
        }
        let event = json!({
            "sender": {"id": "108201940000001"},
            "recipient": {"id": "5275811702471834"},
            "message": message,
        });
        tells(&event).remove(0)
    };

    let ours = "page m_1 echo by 1517776481860111 in ada at T";
    assert_eq!(echo(json!({"app_id": 1_517_776_481_860_111_i64})), ours);
    assert_eq!(echo(json!({"app_id": "1517776481860111"})), ours);
    assert_eq!(
        echo(json!({"app_id": 1_517_776_481_860_111_i64, "metadata": {"theirs": 1}})),
        ours
    );
    for metadata in [format!("switchboard:{id}"), format!("airy:{id}")] {
        assert_eq!(
            echo(json!({"metadata": metadata})),
            format!("page m_1 echo of {id} by ada in ada at T")
        );
    }
    for (more, sender) in [
        (json!({"app_id": "42"}), "42"),
        (json!({"app_id": 42, "metadata": "airy:nonsense"}), "42"),
        (json!({"metadata": id}), "ada"),
        (json!({}), "ada"),
    ] {
        assert_eq!(
            echo(more),
            format!("page m_1 by our side, {sender} in ada at T")
        );
    }
}

#[test]
fn without_an_app_of_ours_every_echo_is_by_another() {
    let delivery = Delivery {
        target: "/facebook",
        body: &body("facebook", "echo_template.json"),
        received_at: Timestamp::from_millis(ARRIVAL),
    };

    let Parsed::Entries(entries) =
        connector("facebook").parse(&settings("facebook", &[]), delivery)
    else {
        panic!("it is a page's");
    };

    let Inbound::Message(message) = &entries[0].what else {
        panic!("{entries:?}");
    };
    assert_eq!(message.origin, Origin::OurSide);
}

#[test]
fn reactions_are_characters_whichever_way_they_are_written() {
    for (reaction, emoji) in [
        (
            json!({"mid": "m", "action": "react", "emoji": "\\u{1F389}"}),
            "🎉",
        ),
        (
            json!({"mid": "m", "action": "react", "reaction": "love"}),
            "❤️",
        ),
        (
            json!({"mid": "m", "action": "react", "reaction": "dislike", "emoji": ""}),
            "👎",
        ),
        (
            json!({"mid": "m", "action": "unreact", "emoji": "🎉"}),
            "nothing any more",
        ),
        (json!({"mid": "m"}), "nothing any more"),
    ] {
        assert_eq!(
            tells(&json!({"reaction": reaction})),
            [format!("page reaction to m at T: {emoji}")]
        );
    }
    for (reaction, problem) in [
        (json!({"action": "react"}), "reaction.mid is missing"),
        (
            json!({"mid": "m", "action": "react", "reaction": "other"}),
            "reaction.emoji is missing",
        ),
    ] {
        assert_eq!(
            tells(&json!({"reaction": reaction})),
            [format!("page malformed: {problem}")]
        );
    }
}

#[test]
fn threads_change_hands() {
    for (event, line) in [
        (
            json!({"pass_thread_control": {"new_owner_app_id": 1_517_776_481_860_111_i64, "previous_owner_app_id": 42, "metadata": "for you"}}),
            r#"page about ada at T: thread.owner_app_id="1517776481860111" thread.previous_owner_app_id="42" thread.metadata="for you" thread.standby=false"#,
        ),
        (
            json!({"request_thread_control": {"requested_owner_app_id": "42", "metadata": ""}}),
            r#"page about ada at T: thread.requested_owner_app_id="42""#,
        ),
        (
            json!({"sender": null, "app_roles": {"42": ["primary_receiver"]}}),
            r#"page about itself at T: thread.app_roles.42=["primary_receiver"]"#,
        ),
        (
            json!({"messaging_feedback": {"feedback_screens": [{"screen_id": 0}]}}),
            r#"page about ada at T: feedback.feedback_screens=[{"screen_id":0}]"#,
        ),
        (
            json!({"sender": null, "optin": {"ref": "r", "user_ref": "u"}}),
            "page nothing: optin.user_ref",
        ),
        (
            json!({"sender": null, "optin": {"ref": "r"}}),
            "page malformed: sender.id is missing",
        ),
    ] {
        assert_eq!(tells(&event), [line], "{event}");
    }
}

#[test]
fn a_file_is_linked_once_and_only_where_there_is_one() {
    let file = |kind: &str, url: &str| json!({"type": kind, "payload": {"url": url}});
    let sticker =
        |kind: &str, url: &str| json!({"type": kind, "payload": {"url": url, "sticker_id": 7}});
    for (attachments, links) in [
        (
            json!([
                file("image", "https://a.example/1"),
                file("image", "https://a.example/1")
            ]),
            " [image https://a.example/1]",
        ),
        (
            json!([
                sticker("image", "https://a.example/1"),
                sticker("sticker", "https://a.example/2")
            ]),
            " [image https://a.example/1]",
        ),
        (
            json!([
                file("image", "ftp://a.example/1"),
                file("image", "//a.example/1"),
                file("image", "javascript:alert(1)")
            ]),
            "",
        ),
        (
            json!([
                file("location", "https://a.example/"),
                file("template", "https://a.example/"),
                file("brand_new", "https://a.example/")
            ]),
            "",
        ),
        (
            json!([{"type": "image"}, {"payload": 1}, 7, null, file("file", "http://a.example/1")]),
            " [file http://a.example/1]",
        ),
        (json!("none"), ""),
        (json!(null), ""),
    ] {
        let event = json!({"message": {"mid": "m", "attachments": attachments}});

        assert_eq!(
            tells(&event),
            [format!(
                "page m from ada in ada at T{links} thread: thread.standby=removed"
            )],
            "{event}"
        );
    }
}

#[test]
fn a_postback_without_payload_says_so_as_in_airy() {
    for (postback, line) in [
        (
            json!({"title": "Go"}),
            r#"page without a name from ada in ada at T: Go postback.payload="__empty__" thread: thread.standby=removed"#,
        ),
        (
            json!({"mid": "m", "payload": {"a": 1}}),
            r#"page m from ada in ada at T postback.payload={"a":1} thread: thread.standby=removed"#,
        ),
    ] {
        assert_eq!(tells(&json!({"postback": postback})), [line]);
    }
}

#[test]
fn times_are_read_in_seconds_too_and_are_not_made_up() {
    let sent_at = |timestamp: Value| {
        let event = json!({"timestamp": timestamp, "message": {"mid": "m"}});
        message("facebook", &page(&event))
            .sent_at
            .map(Timestamp::as_millis)
    };

    assert_eq!(sent_at(json!(1_790_000_000)), Some(1_790_000_000_000));
    assert_eq!(sent_at(json!("1790000000123")), Some(1_790_000_000_123));
    assert_eq!(sent_at(json!(null)), None);
    let undated = json!({"timestamp": null, "reaction": {"mid": "m", "action": "unreact"}});
    assert_eq!(
        tells(&undated),
        ["page reaction to m at 1790000009999: nothing any more"]
    );
}

#[test]
fn an_edit_changes_the_text_of_the_content_and_nothing_else() {
    let content = message("facebook", &body("facebook", "text.json")).content;

    let edited = connector("facebook").edited(&content, "Hello, \"tomorrow\"?");

    let expected = content.replace("Hello, is the shop open today?", "Hello, \\\"tomorrow\\\"?");
    assert_eq!(edited, Some(expected));
    let picture = message("facebook", &body("facebook", "attachment_image.json")).content;
    assert_eq!(connector("facebook").edited(&picture, "x"), None);
}

#[test]
fn half_a_character_does_not_cost_the_message() {
    let text = r#"{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"2"},"message":{"mid":"m","text":"a \ud83d b"}}]}]}"#;

    let message = message("facebook", text.as_bytes());

    assert_eq!(message.text.as_deref(), Some("a \u{fffd} b"));
}
