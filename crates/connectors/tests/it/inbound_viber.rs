//! What arrives from Viber.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_connector::{
    Inbound, InboundMessage, MediaLink, MessageName, Note, Profile, Reply, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, MetadataValue, Receipt, Timestamp};

use crate::hub::connector;
use crate::recorded::{
    Recorded, body, files, ids, message, noon, parsed, said, settings, signed_call, text,
    the_message, verify,
};

const CONTACT: &str = "01234567890A=";
const TOKEN: &str = "4912661846655238145";
const SENT_AT: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const AIRY_SENT_AT: Timestamp = Timestamp::from_millis(1_457_764_197_627);

fn in_viber(body: &[u8]) -> Vec<Inbound> {
    said(parsed("viber", "/viber", body), None)
}

fn john() -> Profile {
    Profile {
        display_name: Some("John McClane".to_owned()),
        avatar_url: Some("http://avatar.example.com".to_owned()),
    }
}

fn written(file: &str, token: &str, text_of_it: Option<&str>) -> InboundMessage {
    let name = MessageName::Global(format!("viber{token}"));
    let is_of_airy = file.starts_with("airy_");
    InboundMessage {
        provider_id: Some(token.to_owned()),
        sent_at: Some(if is_of_airy { AIRY_SENT_AT } else { SENT_AT }),
        profile: Some(john()),
        text: text_of_it.map(str::to_owned),
        ..message(CONTACT, &text("viber", file), name)
    }
}

fn messages() -> Vec<(&'static str, InboundMessage)> {
    let file = |file: &'static str, text: Option<&str>| (file, written(file, TOKEN, text));
    let with = |name: &'static str, text: Option<&str>, link: &str, kind: &'static str| {
        let linked = |link: &str, kind| MediaLink {
            link: link.to_owned(),
            kind,
        };
        let thumbnail =
            (kind != "file").then(|| linked("https://dl-media.viber.com/t.jpg", "image"));
        let media = [Some(linked(link, kind)), thumbnail];
        let media = media.into_iter().flatten().collect();
        let written = written(name, TOKEN, text);
        (name, InboundMessage { media, ..written })
    };
    vec![
        file("text.json", Some("I am a user message")),
        with(
            "picture.json",
            Some("look"),
            "https://dl-media.viber.com/x.jpg",
            "image",
        ),
        with(
            "video.json",
            None,
            "https://dl-media.viber.com/x.mp4",
            "video",
        ),
        with(
            "file.json",
            None,
            "https://dl-media.viber.com/x.pdf",
            "file",
        ),
        file("contact.json", None),
        file("location.json", None),
        file("sticker.json", None),
        file("url.json", Some("https://example.com/page")),
        file("conversation_started.json", None),
        file("airy_message_received.json", Some("I am a user message")),
        file("airy_greeting.json", None),
        (
            "airy_conversation_started.json",
            written("airy_conversation_started.json", "12345", None),
        ),
    ]
}

fn confirmed(receipt: Receipt, at: Timestamp, error: Option<&str>) -> Vec<Inbound> {
    vec![Inbound::Confirmed {
        target: TOKEN.to_owned(),
        correlation: None,
        receipt,
        at,
        error: error.map(str::to_owned),
    }]
}

fn subscribed(is_subscribed: MetadataValue) -> Inbound {
    Inbound::Noted {
        handle: CONTACT.to_owned(),
        notes: vec![Note {
            key: "subscribed".to_owned(),
            value: is_subscribed,
        }],
        at: SENT_AT,
    }
}

fn everything_else() -> Vec<(&'static str, Vec<Inbound>)> {
    let introduced = Inbound::Introduced {
        handle: CONTACT.to_owned(),
        profile: john(),
        at: SENT_AT,
    };
    vec![
        (
            "delivered.json",
            confirmed(Receipt::Delivered, SENT_AT, None),
        ),
        ("seen.json", confirmed(Receipt::Seen, SENT_AT, None)),
        (
            "failed.json",
            confirmed(Receipt::Failed, SENT_AT, Some("failure description")),
        ),
        (
            "airy_message_delivered.json",
            confirmed(Receipt::Delivered, AIRY_SENT_AT, None),
        ),
        (
            "airy_message_seen.json",
            confirmed(Receipt::Seen, AIRY_SENT_AT, None),
        ),
        (
            "subscribed.json",
            vec![introduced, subscribed(MetadataValue::Bool(true))],
        ),
        (
            "unsubscribed.json",
            vec![subscribed(MetadataValue::Bool(false))],
        ),
        (
            "webhook_verification.json",
            vec![Inbound::Nothing("webhook".to_owned())],
        ),
    ]
}

#[test]
fn every_recorded_call_back_says_what_it_says() {
    let messages = messages()
        .into_iter()
        .map(|(file, message)| (file, vec![Inbound::Message(Box::new(message))]));
    let wanted: Vec<_> = messages.chain(everything_else()).collect();
    for (file, wanted) in &wanted {
        assert_eq!(&in_viber(&body("viber", file)), wanted, "{file}");
    }
    let known: BTreeSet<String> = wanted.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(files("viber"), known);
}

#[test]
fn ids_are_those_of_airy() {
    for (file, id) in [
        (
            "airy_message_received.json",
            "73eaecc2-e7af-5660-9367-a63531a340d0",
        ),
        (
            "airy_conversation_started.json",
            "52db0b33-a52d-553c-a7ae-000a130a7ca3",
        ),
    ] {
        let said = in_viber(&body("viber", file));

        let message = the_message(&said);
        assert_eq!(
            ids("viber", "viber account id", message),
            [
                "3b091b8d-a906-5e21-8417-21b4578fdf3a",
                "f86e1bf3-53b5-52c5-b809-85f389b8ae36",
                id,
            ]
        );
    }
}

/// Airy derives an id that no message has which was sent. The name is enough to look it up.
#[test]
fn defect_13_a_receipt_names_its_message_to_the_digit() {
    let channel: ChannelId = "3b091b8d-a906-5e21-8417-21b4578fdf3a".parse().unwrap();
    for file in [
        "airy_message_delivered.json",
        "airy_message_seen.json",
        "failed.json",
    ] {
        let said = in_viber(&body("viber", file));

        let [Inbound::Confirmed { target, .. }] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!(target, "4912661846655238145");
        let id = connector("viber").message_id(channel, target);
        assert_eq!(
            id.as_ref().map(MessageId::to_string).as_deref(),
            Some("73eaecc2-e7af-5660-9367-a63531a340d0")
        );
    }
}

#[test]
fn a_token_keeps_its_digits_however_it_is_written() {
    for (written, digits) in [
        ("18446744073709551615", "18446744073709551615"),
        ("99999999999999999999999", "99999999999999999999999"),
        ("\"4912661846655238145\"", "4912661846655238145"),
        ("-5", "-5"),
    ] {
        let event = format!(r#"{{"event":"seen","message_token":{written}}}"#);

        let said = in_viber(event.as_bytes());

        let [Inbound::Confirmed { target, at, .. }] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!((target.as_str(), *at), (digits, noon()));
    }
}

#[test]
fn what_cannot_be_read_is_kept_as_such() {
    for event in [
        &b""[..],
        b"[]",
        b"\xff",
        b"{}",
        br#"{"event":7}"#,
        br#"{"event":"seen"}"#,
        br#"{"event":"seen","message_token":1.5}"#,
        br#"{"event":"seen","message_token":"canary"}"#,
        br#"{"event":"unsubscribed","user_id":{"canary":1}}"#,
        br#"{"event":"subscribed","message_token":1}"#,
        br#"{"event":"message","message_token":1,"message":{"text":"canary"}}"#,
        br#"{"event":"message","message_token":1,"sender":{"id":"a"}}"#,
        br#"{"event":"message","message_token":1,"sender":{"id":"a"},"message":"canary"}"#,
        br#"{"event":"message","sender":{"id":"a"},"message":{"text":"canary"}}"#,
    ] {
        let said = in_viber(event);

        let [Inbound::Malformed(problem)] = &said[..] else {
            panic!("{said:?}");
        };
        assert!(!problem.contains("canary"), "{problem}");
    }
}

#[test]
fn an_event_of_another_kind_is_named() {
    let said = in_viber(br#"{"event":"client_status","message_token":1}"#);

    assert_eq!(said, [Inbound::Unknown("client_status".to_owned())]);
}

#[test]
fn calls_signed_with_the_bots_token_are_accepted_and_no_others() {
    let recorded = Recorded::of("viber");
    let settings = settings("viber", &[("auth_token", &recorded.secret)]);

    recorded.is_what_verify_accepts("viber", &settings);
}

#[test]
fn without_the_bots_token_nobody_is_trusted() {
    let (_, call) = Recorded::of("viber").calls().remove(0);

    assert_eq!(
        verify("viber", &settings("viber", &[]), &call),
        Err(Unverified::NotConfigured("sources.viber.auth_token"))
    );
}

/// As in Airy's tests.
const GREETED: &str = "40c6c38a681eb6b40dd89059a2e32ca2ff9f0f12092d47c88a5ee1de3707ed69";

fn greeting(signature: &str, given: &[(&str, &str)]) -> Result<Verified, Unverified> {
    let event = body("viber", "airy_greeting.json");
    let call = signed_call("/viber", "x-viber-content-signature", signature, event);
    let token = [("auth_token", "viber-auth-token")];
    verify(
        "viber",
        &settings("viber", &[&token, given].concat()),
        &call,
    )
}

#[test]
fn who_opens_the_chat_is_welcomed() {
    let given = [
        ("welcome_message", r#"{"type":"text","text":"Welcome!"}"#),
        (
            "sender",
            r#"{"name":"Jaspers Bot","avatar":"https://example.org/viber-icon.png"}"#,
        ),
    ];

    let Verified { reply, .. } = greeting(GREETED, &given).unwrap();

    assert_eq!(reply.content_type, Some("application/json"));
    let welcome: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(
        welcome,
        json!({
            "type": "text",
            "text": "Welcome!",
            "sender": {"name": "Jaspers Bot", "avatar": "https://example.org/viber-icon.png"}
        })
    );
    let refused = greeting(&GREETED.replace('4', "5"), &given);
    assert!(matches!(refused, Err(Unverified::WrongSignature(_))));
}

#[test]
fn without_a_welcome_message_the_answer_is_empty() {
    for given in [&[][..], &[("welcome_message", "no JSON")]] {
        let Verified { reply, .. } = greeting(GREETED, given).unwrap();

        assert_eq!(reply, Reply::empty());
    }
}

#[test]
fn only_who_opens_the_chat_is_welcomed() {
    let recorded = Recorded::of("viber");
    let settings = settings(
        "viber",
        &[
            ("auth_token", &recorded.secret),
            ("welcome_message", r#"{"type":"text","text":"Welcome!"}"#),
            ("sender", r#"{"name":"Jaspers Bot"}"#),
        ],
    );
    for (file, call) in recorded.calls() {
        let Verified { reply, .. } = verify("viber", &settings, &call).unwrap();

        assert_eq!(
            reply != Reply::empty(),
            file == "conversation_started.json",
            "{file}"
        );
    }
}
