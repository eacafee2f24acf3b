//! What holds for what arrives, whichever connector reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, Method};
use proptest::prelude::*;
use switchboard_connector::{
    Checks, Connector, Delivery, Entry, Inbound, Parsed, RawWebhook, Settings, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, Secret, Source, SourceChannelId, Timestamp};
use url::Url;

use crate::ALL;

const KEY: &str = "the key of every source";
const PUBLIC_URL: &str = "https://hub.example.com/";

/// The bodies of all recorded calls of all sources, each with the path it arrives at.
static RECORDED: LazyLock<BTreeMap<String, Vec<Arrived>>> = LazyLock::new(|| {
    with_webhooks()
        .map(|(connector, path)| {
            (
                connector.source().as_str().to_owned(),
                recorded(connector, path),
            )
        })
        .collect()
});

/// A path and a body.
type Arrived = (&'static str, Vec<u8>);

fn with_webhooks() -> impl Iterator<Item = (&'static dyn Connector, &'static str)> {
    ALL.iter()
        .filter_map(|connector| Some((*connector, *connector.webhook_paths().first()?)))
}

/// `fixtures/twilio_sms` is for `twilio.sms`.
fn recorded(connector: &dyn Connector, path: &'static str) -> Vec<Arrived> {
    let folder = connector.source().as_str().replace('.', "_");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|problem| panic!("{}: {problem}", folder.display()))
        .map(|file| file.unwrap().path())
        .filter(|file| file.is_file() && !file.ends_with("signatures.json"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| (path, std::fs::read(file).unwrap()))
        .collect()
}

fn settings(connector: &dyn Connector) -> Settings {
    Settings::resolve(connector.section(), |section, key| {
        let setting = section.settings.iter().find(|setting| setting.key == key);
        setting
            .filter(|setting| setting.secret)
            .map(|_| Secret::new(KEY))
    })
}

fn call(connector: &dyn Connector, path: &str, body: &[u8]) -> RawWebhook {
    let (header, signature) = signature(connector, path, body);
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static(header), signature.parse().unwrap());
    RawWebhook {
        method: Method::POST,
        path: path.to_owned(),
        query: String::new(),
        headers,
        body: body.to_vec(),
    }
}

/// How each provider signs, written down a second time.
fn signature(connector: &dyn Connector, path: &str, body: &[u8]) -> (&'static str, String) {
    let base64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    match connector.source().as_str() {
        "facebook" | "instagram" | "whatsapp" => {
            let digits = hex::encode(hmac::<Hmac<sha2::Sha256>>(body));
            ("x-hub-signature-256", format!("sha256={digits}"))
        }
        "google" => (
            "x-goog-signature",
            base64(&hmac::<Hmac<sha2::Sha512>>(body)),
        ),
        "twilio.sms" | "twilio.whatsapp" => {
            let mut pairs: Vec<_> = url::form_urlencoded::parse(body).into_owned().collect();
            pairs.sort();
            pairs.dedup();
            let pairs: String = pairs
                .into_iter()
                .map(|(name, value)| name + &value)
                .collect();
            let message = format!("https://hub.example.com{path}{pairs}");
            (
                "x-twilio-signature",
                base64(&hmac::<Hmac<sha1::Sha1>>(message.as_bytes())),
            )
        }
        "viber" => {
            let digits = hex::encode(hmac::<Hmac<sha2::Sha256>>(body));
            ("x-viber-content-signature", digits)
        }
        other => panic!("say here how {other} signs what it sends"),
    }
}

fn hmac<M: Mac + KeyInit>(message: &[u8]) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn verify(connector: &dyn Connector, call: &RawWebhook) -> Result<Verified, Unverified> {
    let public_url = Url::parse(PUBLIC_URL).unwrap();
    let checks = Checks {
        settings: &settings(connector),
        public_url: Some(&public_url),
    };
    connector.verify(checks, call)
}

fn parse(connector: &dyn Connector, target: &str, body: &[u8]) -> Parsed {
    let delivery = Delivery {
        target,
        body,
        received_at: Timestamp::from_millis(1_795_348_800_000),
    };
    connector.parse(&settings(connector), delivery)
}

fn said(connector: &dyn Connector) -> Vec<Inbound> {
    let entries = |(path, body): &Arrived| match parse(connector, path, body) {
        Parsed::Entries(entries) => entries,
        Parsed::NotMine => Vec::new(),
    };
    let recorded = &RECORDED[connector.source().as_str()];
    recorded
        .iter()
        .flat_map(entries)
        .map(|Entry { what, .. }| what)
        .collect()
}

#[test]
fn every_source_has_recorded_a_text_a_file_and_a_receipt() {
    for (connector, _) in with_webhooks() {
        let said = said(connector);
        let is_message = |wanted: fn(&switchboard_connector::InboundMessage) -> bool| {
            said.iter()
                .any(|what| matches!(what, Inbound::Message(message) if wanted(message)))
        };
        let is_receipt = said.iter().any(|what| {
            matches!(
                what,
                Inbound::Confirmed { .. } | Inbound::ConfirmedUntil { .. }
            )
        });
        let source = connector.source();

        assert!(
            is_message(|message| message.text.is_some()),
            "{source}: a text"
        );
        assert!(
            is_message(|message| !message.media.is_empty()),
            "{source}: a file"
        );
        assert!(is_receipt, "{source}: a receipt");
    }
}

#[test]
fn a_signed_call_is_accepted_and_no_other() {
    for (connector, path) in with_webhooks() {
        let source = connector.source();
        for (_, body) in &RECORDED[source.as_str()] {
            let signed = call(connector, path, body);
            let mut unsigned = signed.clone();
            unsigned.headers.clear();

            assert!(verify(connector, &signed).is_ok(), "{source}");
            assert!(matches!(
                verify(connector, &unsigned),
                Err(Unverified::NoSignature(_))
            ));
            let text = signed
                .headers
                .iter()
                .next()
                .unwrap()
                .1
                .to_str()
                .unwrap()
                .to_owned();
            for wrong in ["", "sha256=", "\u{e4}", &text[1..], &format!("{text}0")] {
                let mut forged = signed.clone();
                for value in forged.headers.values_mut() {
                    *value = http::HeaderValue::from_bytes(wrong.as_bytes()).unwrap();
                }
                assert!(verify(connector, &forged).is_err(), "{source}: {wrong}");
            }
        }
    }
}

#[test]
fn nothing_is_accepted_while_no_secret_is_configured() {
    for connector in ALL {
        let settings = Settings::resolve(connector.section(), |_, _| None);
        let public_url = Url::parse(PUBLIC_URL).unwrap();
        let checks = Checks {
            settings: &settings,
            public_url: Some(&public_url),
        };
        let path = connector.webhook_paths().first().copied().unwrap_or("/");
        let call = RawWebhook {
            method: Method::POST,
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        };

        let verified = connector.verify(checks, &call);

        let source = connector.source();
        assert!(
            matches!(verified, Err(Unverified::NotConfigured(_))),
            "{source}"
        );
    }
}

/// Whoever shares a path tells its deliveries from the others'.
#[test]
fn a_recorded_call_is_for_exactly_one_source_of_its_path() {
    for (connector, path) in with_webhooks() {
        for (_, body) in &RECORDED[connector.source().as_str()] {
            let readers: Vec<String> = ALL
                .iter()
                .filter(|other| other.webhook_paths().contains(&path))
                .filter(|other| parse(**other, path, body) != Parsed::NotMine)
                .map(|other| other.source().to_string())
                .collect();

            let source = connector.source().to_string();
            assert_eq!(readers, [source], "{}", String::from_utf8_lossy(body));
        }
    }
}

/// The id that is derived from a provider's name alone is the message's own.
#[test]
fn a_message_that_only_its_name_is_known_of_has_the_same_id() {
    let channel = ChannelId::derive(&Source::named("any"), &SourceChannelId::new("account"));
    for (connector, _) in with_webhooks() {
        for what in said(connector) {
            let Inbound::Message(message) = what else {
                continue;
            };
            let by_name = message
                .provider_id
                .as_deref()
                .and_then(|name| connector.message_id(channel, name));
            let Some(by_name) = by_name else {
                continue;
            };
            let own = match &message.name {
                switchboard_connector::MessageName::InChannel(name) => {
                    MessageId::derive(channel, name)
                }
                switchboard_connector::MessageName::Global(name) => MessageId::of_global_name(name),
            };
            assert_eq!(by_name, own, "{}", connector.source());
        }
    }
}

fn any_recorded() -> impl Strategy<Value = Vec<u8>> {
    let all: Vec<Vec<u8>> = RECORDED
        .values()
        .flatten()
        .map(|(_, body)| body.clone())
        .collect();
    prop::sample::select(all)
}

fn any_target() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "/twilio/status?message_id=1",
            "/twilio",
            "/facebook",
            ""
        ])
        .prop_map(str::to_owned),
        ".{0,20}",
    ]
}

proptest! {
    #[test]
    fn one_changed_byte_makes_a_signature_wrong(body in any_recorded(), at in any::<prop::sample::Index>()) {
        for (connector, path) in with_webhooks() {
            let mut changed = call(connector, path, &body);
            let at = at.index(body.len());
            // Another bit might only change the case of a digit, which a form does not see.
            changed.body[at] ^= 1;

            let verified = verify(connector, &changed);

            prop_assert!(matches!(verified, Err(Unverified::WrongSignature(_))));
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(
        target in any_target(),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        for connector in ALL {
            drop(parse(*connector, &target, &body));
        }
    }

    #[test]
    fn no_damage_makes_a_reader_panic(
        target in any_target(),
        body in any_recorded(),
        cut in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..6),
        removed in 0_usize..12,
    ) {
        let cut = cut.index(body.len());
        let end = body.len().min(cut + removed);
        let mut damaged = body;
        damaged.splice(cut..end, bytes);
        for connector in ALL {
            drop(parse(*connector, &target, &damaged));
            drop(parse(*connector, &target, &damaged[..cut]));
        }
    }

    #[test]
    fn a_text_in_any_language_comes_back_from_every_form(text in ".{1,40}") {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("To", "+1"), ("From", "+2"), ("Body", &text)])
            .finish();
        let sms = ALL.iter().find(|connector| connector.source().as_str() == "twilio.sms").unwrap();

        let Parsed::Entries(entries) = parse(*sms, "/twilio", form.as_bytes()) else {
            panic!("it is for SMS");
        };

        let Inbound::Message(message) = &entries[0].what else {
            panic!("{entries:?}");
        };
        prop_assert_eq!(message.text.as_deref(), Some(text.as_str()));
        prop_assert_eq!(&message.content, &form);
    }
}
