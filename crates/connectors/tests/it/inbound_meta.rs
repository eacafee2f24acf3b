//! What Meta sends: signed or not, and what all three sources make of it alike.

use http::Method;
use serde_json::Value;
use switchboard_connector::{
    Delivery, Entry, Inbound, InboundMessage, Note, Origin, Parsed, RawWebhook, Reply, Settings,
    Unverified,
};
use switchboard_domain::{MetadataValue, Secret, Timestamp};

use crate::hub::connector;
use crate::recorded::{self, Recorded, body, signed_call, verify};

/// The Meta app that has sent the echoes of the fixtures.
const APP_ID: &str = "1517776481860111";
const HEADER: &str = "X-Hub-Signature-256";

/// When everything arrives.
pub(crate) const ARRIVAL: i64 = 1_790_000_009_999;

/// The sources that Meta sends for.
pub(crate) const SOURCES: [&str; 3] = ["facebook", "instagram", "whatsapp"];

fn settings(source: &'static str) -> Settings {
    let secret = Recorded::of(source).secret;
    recorded::settings(source, &[("app_id", APP_ID), ("app_secret", &secret)])
}

pub(crate) fn parse_at(source: &'static str, target: &str, body: &[u8]) -> Parsed {
    let delivery = Delivery {
        target,
        body,
        received_at: Timestamp::from_millis(ARRIVAL),
    };
    connector(source).parse(&settings(source), delivery)
}

pub(crate) fn parse(source: &'static str, body: &[u8]) -> Vec<Entry> {
    let target = connector(source).webhook_paths()[0];
    match parse_at(source, target, body) {
        Parsed::Entries(entries) => entries,
        Parsed::NotMine => panic!("{source} says that it is not for it"),
    }
}

/// What a text says in a line per entry.
pub(crate) fn told(source: &'static str, body: &[u8]) -> Vec<String> {
    parse(source, body).iter().map(line).collect()
}

/// The message that is the only thing that `body` tells.
pub(crate) fn message(source: &'static str, body: &[u8]) -> InboundMessage {
    let entries = parse(source, body);
    let [
        Entry {
            what: Inbound::Message(message),
            ..
        },
    ] = &entries[..]
    else {
        panic!("one message: {entries:?}");
    };
    (**message).clone()
}

/// What the ids of the fixtures are called in a line.
const SHORT: &[(&str, &str)] = &[
    ("108201940000001", "page"),
    ("17841400000000001", "account"),
    ("106540352242922", "number"),
    ("5275811702471834", "ada"),
    ("6712345678901234", "ada"),
    ("4915712345678", "ada"),
    ("DE.1502576394655843", "ada's id"),
    ("1790000000000", "T"),
    ("m_qr6GPBlzTU4jqP0PBqaIoIAcfn2p3T7uiO5jm0L_", "m_"),
    ("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQx", "ig_"),
    ("wamid.HBgNNDkxNTcxMjM0NTY3OBUCABIYFDNBMDAw", "wamid."),
];

/// An entry in one line.
fn line(entry: &Entry) -> String {
    let channel = entry.channel.as_ref();
    let channel = channel.map_or("?", switchboard_domain::SourceChannelId::as_str);
    let what = match &entry.what {
        Inbound::Message(message) => of_message(message),
        Inbound::Edited {
            target,
            text,
            number,
            at,
            ..
        } => format!("edit {number} of {target} at {}: {text}", at.as_millis()),
        Inbound::Unsent {
            target,
            content,
            at,
        } => format!("unsent {target} at {}: {content}", at.as_millis()),
        Inbound::Reacted {
            target, emoji, at, ..
        } => {
            let emoji = emoji.as_deref().unwrap_or("nothing any more");
            format!("reaction to {target} at {}: {emoji}", at.as_millis())
        }
        Inbound::Confirmed {
            target,
            correlation,
            receipt,
            at,
            error,
        } => {
            let error = error.as_ref().map(|error| format!(": {error}"));
            let error = error.unwrap_or_default();
            let ours = correlation.map(|id| format!(" of {id}"));
            let ours = ours.unwrap_or_default();
            let receipt = receipt.as_str();
            format!("{receipt} {target}{ours} at {}{error}", at.as_millis())
        }
        Inbound::ConfirmedUntil {
            handle,
            receipt,
            until,
        } => format!(
            "{} all to {handle} until {}",
            receipt.as_str(),
            until.as_millis()
        ),
        Inbound::Noted { handle, notes, at } => {
            format!("about {handle} at {}:{}", at.as_millis(), of_notes(notes))
        }
        Inbound::ChannelNoted { notes, at } => {
            format!("about itself at {}:{}", at.as_millis(), of_notes(notes))
        }
        Inbound::UpstreamNoted {
            upstream,
            notes,
            at,
        } => {
            let upstream = upstream.as_str();
            format!("about {upstream} at {}:{}", at.as_millis(), of_notes(notes))
        }
        Inbound::Renamed { from, to, at } => format!("{from} is {to} from {}", at.as_millis()),
        Inbound::Nothing(kind) => format!("nothing: {kind}"),
        Inbound::Unknown(kind) => format!("unknown: {kind}"),
        Inbound::Malformed(problem) => format!("malformed: {problem}"),
        other => panic!("no source of Meta says {other:?}"),
    };
    let line = format!("{channel} {what}");
    let short = |line: String, (long, short): &(&str, &str)| line.replace(long, short);
    SHORT.iter().fold(line, short)
}

fn of_message(message: &InboundMessage) -> String {
    let id = message.provider_id.as_deref().unwrap_or("without a name");
    let origin = match &message.origin {
        Origin::Contact => "from".to_owned(),
        Origin::OurSide => "by our side,".to_owned(),
        Origin::Echo { correlation: None } => "echo by".to_owned(),
        Origin::Echo {
            correlation: Some(id),
        } => format!("echo of {id} by"),
    };
    let handles = message.handles.join("+");
    let at = message.sent_at.map_or(0, Timestamp::as_millis);
    let mut parts = vec![format!(
        "{id} {origin} {} in {handles} at {at}",
        message.sender
    )];
    parts.extend(message.text.as_ref().map(|text| format!(": {text}")));
    for media in &message.media {
        parts.push(format!(" [{} {}]", media.kind, media.link));
    }
    if let Some(profile) = &message.profile {
        assert_eq!(profile.avatar_url, None);
        let name = profile.display_name.as_deref().unwrap_or_default();
        parts.push(format!(" ({name})"));
    }
    parts.push(of_notes(&message.notes));
    if !message.conversation_notes.is_empty() {
        parts.push(" thread:".to_owned());
        parts.push(of_notes(&message.conversation_notes));
    }
    parts.concat()
}

fn of_notes(notes: &[Note]) -> String {
    let notes = notes.iter().map(|note| {
        let value = match &note.value {
            MetadataValue::Text(text) => format!("{text:?}"),
            MetadataValue::Number(json)
            | MetadataValue::Array(json)
            | MetadataValue::Object(json) => json.clone(),
            MetadataValue::Bool(is_true) => is_true.to_string(),
            MetadataValue::Null => "null".to_owned(),
            MetadataValue::Removed => "removed".to_owned(),
        };
        format!(" {}={value}", note.key)
    });
    notes.collect()
}

/// Compares what is made of every fixture with what was written down by hand: the file, then a line
/// for each thing that it tells.
#[track_caller]
pub(crate) fn every_fixture_tells(source: &'static str, expected: &str) {
    let mut lines = Vec::new();
    for file in recorded::files(source) {
        let told = told(source, &body(source, &file));
        lines.push(format!("== {file}"));
        lines.extend(told);
    }
    let expected: Vec<&str> = expected.lines().collect();
    assert_eq!(lines, expected);
}

fn call(source: &str, header: &str, signature: &str, body: Vec<u8>) -> RawWebhook {
    signed_call(
        connector(source).webhook_paths()[0],
        header,
        signature,
        body,
    )
}

#[test]
fn every_fixture_is_accepted_as_it_was_signed_and_refused_with_one_byte_changed() {
    for source in SOURCES {
        Recorded::of(source).is_what_verify_accepts(source, &settings(source));
        for (file, mut call) in Recorded::of(source).calls() {
            let verified = verify(source, &settings(source), &call).unwrap();
            assert_eq!(verified.reply, Reply::empty());

            for at in [0, call.body.len() - 1] {
                call.body[at] ^= 1;
                let refused = verify(source, &settings(source), &call);
                assert_eq!(refused, Err(Unverified::WrongSignature(HEADER)), "{file}");
                call.body[at] ^= 1;
            }
        }
    }
}

#[test]
fn only_the_whole_signature_in_its_one_form_is_accepted() {
    // Computed with another tool.
    let body = r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[]}]}"#;
    let digits = "53054b5836aca55a2a13b4a09e1083787e272b3396a2009b3b29eb8c0438842c";
    let right = format!("sha256={digits}");
    for source in SOURCES {
        let settings = settings(source);
        let with = |value: &str| {
            let call = call(source, HEADER, value, body.into());
            verify(source, &settings, &call).map(drop)
        };
        assert_eq!(with(&right), Ok(()));
        for wrong in [
            "",
            "sha256=",
            digits,
            &right[..70],
            &format!("{right}0"),
            &format!("SHA256={digits}"),
            &format!("sha1={digits}"),
            &format!("sha256={}", digits.to_uppercase()),
            "sha256=zz054b5836aca55a2a13b4a09e1083787e272b3396a2009b3b29eb8c0438842c",
        ] {
            assert_eq!(
                with(wrong),
                Err(Unverified::WrongSignature(HEADER)),
                "{wrong:?}"
            );
        }
    }
}

/// Airy checks the older header, on Facebook with a digest of its own making.
#[test]
fn defect_2_the_older_header_proves_nothing() {
    const FACEBOOK: &str = "facebook-app-secret";
    const WHATSAPP: &str = "whatsapp-app-secret";
    for (source, secret, body, older) in [
        // SHA-1 of body and secret, as Airy computes it.
        (
            "facebook",
            FACEBOOK,
            "some payload",
            "sha1=d30e4965a37880c3cbee3f7251dd8efd2fe9767b",
        ),
        // HMAC-SHA-1, as Meta once documented it.
        (
            "facebook",
            FACEBOOK,
            "some payload",
            "sha1=7779d74f2eff1f5d0ce4a98e5c9aeddf74593989",
        ),
        (
            "whatsapp",
            WHATSAPP,
            "payload",
            "sha1=af432bacf3fe3051f6dc45f5437242777f18450d",
        ),
        ("whatsapp", WHATSAPP, "payload", "sha1=something"),
    ] {
        let settings = recorded::settings(source, &[("app_secret", secret)]);
        let alone = call(source, "X-Hub-Signature", older, body.into());
        assert_eq!(
            verify(source, &settings, &alone),
            Err(Unverified::NoSignature(HEADER))
        );
        let instead = call(source, HEADER, older, body.into());
        assert_eq!(
            verify(source, &settings, &instead),
            Err(Unverified::WrongSignature(HEADER))
        );
    }
}

#[test]
fn what_is_no_post_carries_no_signature() {
    for source in SOURCES {
        let (_, call) = Recorded::of(source).calls().remove(0);
        for method in [Method::GET, Method::PUT] {
            let call = RawWebhook {
                method,
                ..call.clone()
            };

            assert_eq!(
                verify(source, &settings(source), &call),
                Err(Unverified::NoSignature(HEADER))
            );
        }
    }
}

#[test]
fn nobody_is_believed_while_no_secret_is_configured() {
    for (source, setting) in [
        ("facebook", "sources.facebook.app_secret"),
        ("instagram", "sources.facebook.app_secret"),
        ("whatsapp", "sources.whatsapp.app_secret"),
    ] {
        let (_, call) = Recorded::of(source).calls().remove(0);

        assert_eq!(
            verify(source, &recorded::settings(source, &[]), &call),
            Err(Unverified::NotConfigured(setting))
        );
    }
}

#[test]
fn whatsapp_takes_the_secret_of_facebook_if_it_has_none_of_its_own() {
    let recorded = Recorded::of("whatsapp");
    let (_, call) = recorded.calls().remove(0);
    let with = |own: Option<&str>| {
        let settings = Settings::resolve(connector("whatsapp").section(), |section, key| {
            let secret = match section.name {
                "facebook" => Some(recorded.secret.as_str()),
                _ => own,
            };
            secret.filter(|_| key == "app_secret").map(Secret::new)
        });
        verify("whatsapp", &settings, &call).map(drop)
    };

    assert_eq!(with(None), Ok(()));
    assert_eq!(
        with(Some("another")),
        Err(Unverified::WrongSignature(HEADER))
    );
}

/// Every element that a delivery holds, wherever it stands.
fn elements(value: &Value, all: &mut Vec<Value>) {
    match value {
        Value::Array(values) => {
            for value in values {
                all.push(value.clone());
                elements(value, all);
            }
        }
        Value::Object(values) => {
            for value in values.values() {
                elements(value, all);
            }
        }
        _ => {}
    }
}

#[test]
fn what_is_kept_of_a_message_is_one_element_of_the_delivery_without_white_space() {
    let mut seen = 0;
    for source in SOURCES {
        for file in recorded::files(source) {
            let body = body(source, &file);
            let mut all = Vec::new();
            elements(&serde_json::from_slice(&body).unwrap(), &mut all);
            for entry in parse(source, &body) {
                let Inbound::Message(message) = entry.what else {
                    continue;
                };
                let content: Value = serde_json::from_str(&message.content).unwrap();
                assert!(all.contains(&content), "{source}/{file}: {content}");
                assert_eq!(message.content.len(), content.to_string().len());
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
}
