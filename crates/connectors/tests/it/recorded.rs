//! Calls of providers as they lie in `fixtures/`, and what a connector makes of them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use http::{HeaderMap, Method};
use serde_json::Value;
use switchboard_connector::{
    Checks, Delivery, Entry, Inbound, InboundMessage, MessageName, Note, Origin, Parsed, Profile,
    RawWebhook, Settings, Unverified, Verified,
};
use switchboard_domain::{
    ChannelId, ConversationId, MessageId, MetadataValue, Secret, Source, SourceChannelId, Timestamp,
};
use url::Url;

use crate::hub::{NOON, PUBLIC_URL, connector};

/// The calls of one source, and what they are signed with.
pub(crate) struct Recorded {
    folder: &'static str,
    header: String,
    pub(crate) secret: String,
    calls: Vec<Value>,
}

impl Recorded {
    pub(crate) fn of(folder: &'static str) -> Self {
        let signatures: Value = serde_json::from_slice(&body(folder, "signatures.json")).unwrap();
        let text = |key: &str| signatures[key].as_str().unwrap().to_owned();
        Self {
            folder,
            header: text("header"),
            secret: text("secret"),
            calls: signatures["calls"].as_array().unwrap().clone(),
        }
    }

    /// The signed calls, each with the name of its file.
    pub(crate) fn calls(&self) -> Vec<(String, RawWebhook)> {
        let call = |call: &Value| {
            let text = |key: &str| call[key].as_str().unwrap();
            let body = body(self.folder, text("file"));
            let signed = signed_call(text("target"), &self.header, text("signature"), body);
            (text("file").to_owned(), signed)
        };
        self.calls.iter().map(call).collect()
    }

    /// Accepts every call, and none of them without its signature or with one byte changed.
    pub(crate) fn is_what_verify_accepts(&self, source: &str, settings: &Settings) {
        let header: &str = &self.header;
        for (file, call) in self.calls() {
            let mut unsigned = call.clone();
            unsigned.headers.clear();
            let mut changed = call.clone();
            let middle = changed.body.len() / 2;
            changed.body[middle] ^= 1;

            assert!(verify(source, settings, &call).is_ok(), "{file}");
            let refused = verify(source, settings, &unsigned).unwrap_err();
            assert!(
                matches!(refused, Unverified::NoSignature(name) if name == header),
                "{file}"
            );
            let refused = verify(source, settings, &changed).unwrap_err();
            assert!(
                matches!(refused, Unverified::WrongSignature(name) if name == header),
                "{file}"
            );
        }
    }
}

pub(crate) fn signed_call(
    target: &str,
    header: &str,
    signature: &str,
    body: Vec<u8>,
) -> RawWebhook {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = HeaderMap::new();
    let name: http::HeaderName = header.parse().unwrap();
    headers.insert(name, signature.parse().unwrap());
    RawWebhook {
        method: Method::POST,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body,
    }
}

/// The settings of a source of which only these are configured.
pub(crate) fn settings(source: &str, given: &[(&str, &str)]) -> Settings {
    Settings::resolve(connector(source).section(), |_, key| {
        let found = given.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| Secret::new(*value))
    })
}

pub(crate) fn verify(
    source: &str,
    settings: &Settings,
    call: &RawWebhook,
) -> Result<Verified, Unverified> {
    let public_url = Url::parse(PUBLIC_URL).unwrap();
    let checks = Checks {
        settings,
        public_url: Some(&public_url),
    };
    connector(source).verify(checks, call)
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

pub(crate) fn body(of: &str, file: &str) -> Vec<u8> {
    std::fs::read(folder(of).join(file)).unwrap_or_else(|problem| panic!("{of}/{file}: {problem}"))
}

pub(crate) fn text(of: &str, file: &str) -> String {
    String::from_utf8(body(of, file)).unwrap()
}

/// The names of all files with calls.
pub(crate) fn files(of: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder(of)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "signatures.json").collect()
}

/// What a connector makes of a body that arrived at noon.
pub(crate) fn parsed(source: &str, target: &str, body: &[u8]) -> Parsed {
    let delivery = Delivery {
        target,
        body,
        received_at: noon(),
    };
    connector(source).parse(&settings(source, &[]), delivery)
}

pub(crate) fn noon() -> Timestamp {
    Timestamp::from_millis(NOON)
}

/// What happened, all of it on one channel.
#[track_caller]
pub(crate) fn said(parsed: Parsed, channel: Option<&str>) -> Vec<Inbound> {
    let Parsed::Entries(entries) = parsed else {
        panic!("it should be read");
    };
    let channel = channel.map(SourceChannelId::new);
    let what = |entry: Entry| {
        assert_eq!(entry.channel, channel);
        entry.what
    };
    entries.into_iter().map(what).collect()
}

/// A message by the contact that `handle` names, of which nothing else is known.
pub(crate) fn message(handle: &str, content: &str, name: MessageName) -> InboundMessage {
    InboundMessage {
        provider_id: None,
        name,
        handles: vec![handle.to_owned()],
        sender: handle.to_owned(),
        origin: Origin::Contact,
        sent_at: None,
        content: content.to_owned(),
        text: None,
        media: Vec::new(),
        profile: None,
        notes: Vec::new(),
        conversation_notes: Vec::new(),
    }
}

pub(crate) fn named(name: &str) -> Profile {
    Profile {
        display_name: Some(name.to_owned()),
        avatar_url: None,
    }
}

pub(crate) fn note(key: &str, text: &str) -> Note {
    Note {
        key: key.to_owned(),
        value: MetadataValue::Text(text.to_owned()),
    }
}

/// The ids that the hub would give: channel, conversation, message.
pub(crate) fn ids(source: &str, channel: &str, message: &InboundMessage) -> [String; 3] {
    let channel = ChannelId::derive(&Source::new(source), &SourceChannelId::new(channel));
    let conversation = ConversationId::derive(channel, &message.handles[0]);
    let message = match &message.name {
        MessageName::InChannel(name) => MessageId::derive(channel, name),
        MessageName::Global(name) => MessageId::of_global_name(name),
    };
    [
        channel.to_string(),
        conversation.to_string(),
        message.to_string(),
    ]
}

#[track_caller]
pub(crate) fn the_message(said: &[Inbound]) -> &InboundMessage {
    match said {
        [Inbound::Message(message), ..] => message,
        other => panic!("it should be a message: {other:?}"),
    }
}
