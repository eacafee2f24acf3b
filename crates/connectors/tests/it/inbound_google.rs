//! What arrives from Google Business Messages.

use std::collections::BTreeSet;

use switchboard_connector::{
    Handshake, Inbound, InboundMessage, MediaLink, MessageName, Parsed, Unverified,
};
use switchboard_domain::{Receipt, Timestamp};

use crate::hub::connector;
use crate::recorded::{
    Recorded, body, files, ids, message, named, noon, note, parsed, said, settings, signed_call,
    the_message, verify,
};

const AGENT: &str = "7055d47a-a351-46f2-8b79-3f2c1f2b3c1d";
const CONVERSATION: &str = "4dcd6b1a-6e3c-4f0a-bdb0-1c1f9d2f5a10";
/// 2023-02-14T15:01:23.045Z.
const SENT_AT: Timestamp = Timestamp::from_millis(1_676_386_883_045);
/// 2014-10-02T15:01:23.045Z.
const AIRY_SENT_AT: Timestamp = Timestamp::from_millis(1_412_262_083_045);

/// The start of every event, as it is stored.
const HEAD: &str = r#"{"agent":"brands/40bd963f-ff92-425c-b273-8f0892d2d017/agents/7055d47a-a351-46f2-8b79-3f2c1f2b3c1d","conversationId":"4dcd6b1a-6e3c-4f0a-bdb0-1c1f9d2f5a10","customAgentId":"airy","#;
const TAIL: &str = r#","sendTime":"2023-02-14T15:01:23.045123Z"}"#;
const AIRY_HEAD: &str = r#"{"agent":"brands/somebrand/agents/agent-1","conversationId":"CONVERSATION_ID","customAgentId":"CUSTOM_AGENT_ID","#;
const AIRY_TAIL: &str = r#","sendTime":"2014-10-02T15:01:23.045123456Z"}"#;
const AIRY_MESSAGE: &str = r#""message":{"messageId":"MESSAGE_ID","name":"conversations/CONVERSATION_ID/messages/MESSAGE_ID","text":"MESSAGE_TEXT","createTime":"MESSAGE_CREATE_TIME"}"#;
const IMAGE: &str = "https://storage.googleapis.com/business-messages-us/936640919331/jzsu6cdguNGsBhmGJGuLs1DS?x-goog-algorithm=GOOG4-RSA-SHA256&x-goog-credential=uranium%40uranium.iam.gserviceaccount.com&x-goog-date=20230214T150123Z&x-goog-expires=604800&x-goog-signedheaders=host&x-goog-signature=89dd7d24";
const REQUEST: &str = "c7f0c4de-2d57-4f0e-9e3d-0b6f1d8b1a01";

fn in_google(body: &[u8], agent: &str) -> Vec<Inbound> {
    said(parsed("google", "/google", body), Some(agent))
}

fn written(id: &str, middle: &str) -> InboundMessage {
    let content = format!("{HEAD}{middle}{TAIL}");
    InboundMessage {
        provider_id: Some(id.to_owned()),
        sent_at: Some(SENT_AT),
        ..message(
            CONVERSATION,
            &content,
            MessageName::InChannel(content.clone()),
        )
    }
}

fn written_to_airy(id: Option<&str>, middle: &str) -> InboundMessage {
    let content = format!("{AIRY_HEAD}{middle}{AIRY_TAIL}");
    InboundMessage {
        provider_id: id.map(str::to_owned),
        sent_at: Some(AIRY_SENT_AT),
        ..message(
            "CONVERSATION_ID",
            &content,
            MessageName::InChannel(content.clone()),
        )
    }
}

fn confirmed(receipt: Receipt) -> Inbound {
    Inbound::Confirmed {
        target: "MSG0009".to_owned(),
        correlation: None,
        receipt,
        at: SENT_AT,
        error: None,
    }
}

fn open(handle: &str, at: Timestamp) -> Inbound {
    Inbound::StateSet {
        handle: handle.to_owned(),
        state: "OPEN".to_owned(),
        at,
    }
}

fn typing() -> Vec<Inbound> {
    vec![Inbound::Nothing("typing".to_owned())]
}

fn messages() -> Vec<(&'static str, InboundMessage)> {
    let message = |id: &str, text: &str| {
        format!(
            r#""message":{{"messageId":"{id}","name":"conversations/{CONVERSATION}/messages/{id}","text":"{text}","createTime":"2023-02-14T15:01:23.045123Z"}}"#
        )
    };
    let place = r#""context":{"placeId":"ChIJj61dQgK6j4AR4GeTYWZsKWw""#;
    let open = message("MSG0001", "Are you open?");
    let hello = message("MSG0002", "hello");
    vec![
        (
            "text.json",
            InboundMessage {
                text: Some("Are you open?".to_owned()),
                profile: Some(named("Grace Hopper")),
                ..written(
                    "MSG0001",
                    &format!(
                        r#"{place},"userInfo":{{"displayName":"Grace Hopper","userDeviceLocale":"de-DE"}},"resolvedLocale":"de"}},{open}"#
                    ),
                )
            },
        ),
        (
            "text_place_only.json",
            InboundMessage {
                text: Some("hello".to_owned()),
                ..written("MSG0002", &format!("{place}}},{hello}"))
            },
        ),
        (
            "image.json",
            InboundMessage {
                media: vec![MediaLink {
                    link: IMAGE.to_owned(),
                    kind: "image",
                }],
                ..written("MSG0003", &message("MSG0003", IMAGE))
            },
        ),
        (
            "survey_response.json",
            InboundMessage {
                text: Some("Yes".to_owned()),
                ..written(
                    REQUEST,
                    &format!(
                        r#""surveyResponse":{{"survey":"conversations/{CONVERSATION}/surveys/S1","surveyQuestionId":"GOOGLE_DEFINED_ASSOCIATE_SATISFACTION","questionResponsePostbackData":"yes","questionText":"Satisfied?","questionResponseText":"Yes","questionType":"GOOGLE_DEFINED","questionIndex":1,"totalQuestionCount":2,"createTime":"2023-02-14T15:01:23.045123Z"}}"#
                    ),
                )
            },
        ),
        (
            "suggestion_response.json",
            InboundMessage {
                text: Some("Opening hours".to_owned()),
                notes: vec![note("postback.payload", "opening-hours")],
                ..written(
                    REQUEST,
                    &format!(
                        r#""suggestionResponse":{{"message":"conversations/{CONVERSATION}/messages/MSG0009","postbackData":"opening-hours","createTime":"2023-02-14T15:01:23.045123Z","text":"Opening hours","suggestionType":"REPLY"}}"#
                    ),
                )
            },
        ),
    ]
}

fn messages_to_airy() -> Vec<(&'static str, InboundMessage)> {
    vec![
        (
            "airy_message_text.json",
            InboundMessage {
                text: Some("MESSAGE_TEXT".to_owned()),
                ..written_to_airy(
                    Some("MESSAGE_ID"),
                    &format!(r#""context":{{"placeId":"LOCATION_PLACE_ID"}},{AIRY_MESSAGE}"#),
                )
            },
        ),
        (
            "airy_message_with_user_info.json",
            InboundMessage {
                text: Some("MESSAGE_TEXT".to_owned()),
                profile: Some(named("Grace Brewster Murray Hopper")),
                ..written_to_airy(
                    Some("MESSAGE_ID"),
                    &format!(
                        r#""context":{{"userInfo":{{"displayName":"Grace Brewster Murray Hopper"}}}},{AIRY_MESSAGE}"#
                    ),
                )
            },
        ),
    ]
}

fn everything_else() -> Vec<(&'static str, Vec<Inbound>)> {
    let asks = InboundMessage {
        profile: Some(named("Grace Hopper")),
        ..written(
            REQUEST,
            r#""context":{"placeId":"ChIJj61dQgK6j4AR4GeTYWZsKWw","userInfo":{"displayName":"Grace Hopper","userDeviceLocale":"de-DE"},"resolvedLocale":"de"},"userStatus":{"requestedLiveAgent":true,"createTime":"2023-02-14T15:01:23.045123Z"}"#,
        )
    };
    let airy_asks = written_to_airy(None, r#""userStatus":{"requestedLiveAgent":true}"#);
    vec![
        (
            "live_agent.json",
            vec![
                Inbound::Message(Box::new(asks)),
                open(CONVERSATION, SENT_AT),
            ],
        ),
        (
            "airy_user_status_live_agent.json",
            vec![
                Inbound::Message(Box::new(airy_asks)),
                open("CONVERSATION_ID", AIRY_SENT_AT),
            ],
        ),
        (
            "receipts_delivered.json",
            vec![confirmed(Receipt::Delivered)],
        ),
        ("receipts_read.json", vec![confirmed(Receipt::Seen)]),
        ("user_typing.json", typing()),
        ("airy_user_status_typing.json", typing()),
    ]
}

#[test]
fn every_recorded_event_says_what_it_says() {
    let messages = messages().into_iter().chain(messages_to_airy());
    let messages =
        messages.map(|(file, message)| (file, vec![Inbound::Message(Box::new(message))]));
    let wanted: Vec<_> = messages.chain(everything_else()).collect();
    for (file, wanted) in &wanted {
        let agent = if file.starts_with("airy_") {
            "agent-1"
        } else {
            AGENT
        };

        assert_eq!(&in_google(&body("google", file), agent), wanted, "{file}");
    }
    let mut known: BTreeSet<String> = wanted.iter().map(|(file, _)| (*file).to_owned()).collect();
    known.insert("verification.json".to_owned());
    assert_eq!(files("google"), known);
}

#[test]
fn ids_are_those_of_airy() {
    let said = in_google(&body("google", "airy_message_text.json"), "agent-1");

    assert_eq!(
        ids("google", "agent-1", the_message(&said)),
        [
            "011b86d1-02b1-5770-a5a1-0e3377073cfe",
            "b6e1460b-3b35-57d7-892d-98504c8ba51f",
            "33fcb654-b6e6-5560-a3d2-bf0870b4f127",
        ]
    );
}

#[test]
fn calls_signed_with_the_partner_key_are_accepted_and_no_others() {
    let recorded = Recorded::of("google");
    let settings = settings("google", &[("partner_key", &recorded.secret)]);

    recorded.is_what_verify_accepts("google", &settings);
}

#[test]
fn the_signature_is_that_of_the_documentation() {
    let settings = settings("google", &[("partner_key", "gbm-partner-key-EXAMPLE-0001")]);
    let event = r#"{"agent":"brands/B/agents/A","conversationId":"C","message":{"messageId":"M","text":"Hi"},"sendTime":"2023-02-14T15:01:23Z"}"#;
    let signature =
        "Ky2formg2l++bMs/5HcHSzYEsdhXVV+pQq+S4CVBWmFETFt5Tu70qAbN1wJlsQk1ibWtqHR8vIfzCAgOvnK5jg==";

    let call = signed_call("/google", "x-goog-signature", signature, event.into());

    assert!(verify("google", &settings, &call).is_ok());
}

#[test]
fn without_a_partner_key_nobody_is_trusted() {
    let recorded = Recorded::of("google");
    for (_, call) in recorded.calls() {
        let verified = verify("google", &settings("google", &[]), &call);

        assert_eq!(
            verified,
            Err(Unverified::NotConfigured("sources.google.partner_key"))
        );
    }
}

/// Airy has no such handshake.
#[test]
fn defect_4_the_trial_of_a_new_webhook_is_answered() {
    let settings = settings(
        "google",
        &[
            ("partner_key", &Recorded::of("google").secret),
            ("client_token", "SJENCPGJESMGUFPY"),
        ],
    );
    let call = signed_call("/google", "x-none", "", body("google", "verification.json"));

    let answer = connector("google").handshake(&settings, &call);

    let Handshake::Answer { body, .. } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(body, "1234567890");
}

/// Airy ignores receipts.
#[test]
fn defect_15_each_receipt_counts_and_a_broken_one_costs_no_other() {
    let event = br#"{"agent":"brands/b/agents/a","conversationId":"c","receipts":{"receipts":[
        {"message":"conversations/c/messages/1","receiptType":"DELIVERED"},
        {"receiptType":"READ"},
        {"message":"conversations/c/messages/","receiptType":"READ"},
        null,
        {"message":"conversations/c/messages/2","receiptType":"BLINKED_AT"},
        {"message":"conversations/c/messages/3","receiptType":"READ"}
    ]},"context":{"userInfo":{"displayName":"Ada"}}}"#;

    let said = in_google(event, "a");

    let Inbound::Introduced { profile, at, .. } = &said[0] else {
        panic!("{said:?}");
    };
    assert_eq!((profile, *at), (&named("Ada"), noon()));
    let outline: Vec<_> = said[1..].iter().map(outline).collect();
    assert_eq!(
        outline,
        [
            "1 delivered",
            "malformed",
            "malformed",
            "malformed",
            "receipts.BLINKED_AT",
            "3 seen"
        ]
    );
}

fn outline(what: &Inbound) -> String {
    match what {
        Inbound::Confirmed {
            target, receipt, ..
        } => format!("{target} {}", receipt.as_str()),
        Inbound::Malformed(_) => "malformed".to_owned(),
        Inbound::Unknown(kind) | Inbound::Nothing(kind) => kind.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_suggestion_without_a_payload_is_noted_as_with_airy() {
    let event = br#"{"agent":"brands/b/agents/a","conversationId":"c","suggestionResponse":{}}"#;

    let said = in_google(event, "a");

    let message = the_message(&said);
    assert_eq!(message.notes, [note("postback.payload", "__empty__")]);
    assert_eq!(message.sent_at, None);
}

#[test]
fn who_no_longer_asks_for_a_person_changes_no_state() {
    let event = br#"{"agent":"brands/b/agents/a","conversationId":"c","userStatus":{"requestedLiveAgent":false}}"#;

    let said = in_google(event, "a");

    assert!(matches!(&said[..], [Inbound::Message(_)]), "{said:?}");
}

#[test]
fn what_is_stored_has_only_the_known_keys_in_their_order() {
    let event = br#"{"sendTime":null,"requestId":"r","x":1,"userStatus":null,
        "message":{"text":"\u00e4\/","z":null,"a":[1, 2.50]},"conversationId":"c","agent":"agents/a"}"#;

    let said = in_google(event, "a");

    let message = the_message(&said);
    assert_eq!(
        message.content,
        r#"{"agent":"agents/a","conversationId":"c","message":{"text":"ä/","z":null,"a":[1,2.5]}}"#
    );
    assert_eq!(message.provider_id.as_deref(), Some("r"));
}

#[test]
fn an_event_of_another_kind_is_named() {
    for (event, kind) in [
        (
            r#"{"agent":"a","conversationId":"c","sendTime":"x","wave":{}}"#,
            "wave",
        ),
        (
            r#"{"agent":"a","conversationId":"c"}"#,
            "an event that says nothing",
        ),
    ] {
        let said = in_google(event.as_bytes(), "a");

        assert_eq!(said, [Inbound::Unknown(kind.to_owned())]);
    }
}

#[test]
fn what_cannot_be_read_is_kept_as_such() {
    for body in [
        "",
        "{",
        "[]",
        "7",
        "{}",
        r#"{"agent":7}"#,
        r#"{"agent":"brands/b/agents/"}"#,
    ] {
        let said = said(parsed("google", "/google", body.as_bytes()), None);

        assert!(
            matches!(&said[..], [Inbound::Malformed(_)]),
            "{body}: {said:?}"
        );
    }
    for body in [
        r#"{"agent":"a","message":{"text":"canary"}}"#,
        r#"{"agent":"a","conversationId":"c","message":{"text":["canary"]}}"#,
        r#"{"agent":"a","conversationId":"c","userStatus":"canary"}"#,
        r#"{"agent":"a","conversationId":"c","receipts":"canary"}"#,
    ] {
        let said = in_google(body.as_bytes(), "a");

        let [Inbound::Malformed(problem)] = &said[..] else {
            panic!("{body}: {said:?}");
        };
        assert!(!problem.contains("canary"), "{problem}");
    }
}

#[test]
fn every_delivery_at_the_path_is_for_google() {
    assert_ne!(parsed("google", "/google", b"?"), Parsed::NotMine);
}
