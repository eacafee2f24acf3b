//! Every connector on every body: verifying, shaking hands, reading, and editing what was read.
//!
//! The input: one byte that chooses the connector, one that chooses its path, a line with a signature,
//! then the body.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use switchboard_connector::{Checks, Delivery, Inbound, Parsed, RawWebhook, Settings};
use switchboard_domain::{Secret, Timestamp};
use url::Url;

const SIGNATURES: [&str; 4] = [
    "x-hub-signature-256",
    "x-goog-signature",
    "x-twilio-signature",
    "x-viber-content-signature",
];

/// Does that with one input.
pub fn run(input: &[u8]) {
    let [which, path, rest @ ..] = input else {
        return;
    };
    let connectors = switchboard_connectors::ALL;
    let connector = connectors[usize::from(*which) % connectors.len()];
    let paths = connector.webhook_paths();
    if paths.is_empty() {
        return;
    }
    let path = paths[usize::from(*path) % paths.len()];
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (signature, body) = rest.split_at(line);
    let body = body.strip_prefix(b"\n").unwrap_or(body);
    let settings = Settings::resolve(connector.section(), |section, key| {
        let setting = section.settings.iter().find(|setting| setting.key == key)?;
        setting.secret.then(|| Secret::new("a secret"))
    });
    let mut headers = HeaderMap::new();
    if let Ok(signature) = HeaderValue::from_bytes(signature) {
        for name in SIGNATURES {
            headers.insert(HeaderName::from_static(name), signature.clone());
        }
    }
    let call = RawWebhook {
        method: Method::POST,
        path: path.to_owned(),
        query: String::new(),
        headers,
        body: body.to_vec(),
    };
    let public_url = Url::parse("https://hub.example.com/").expect("it is an address");
    let checks = Checks {
        settings: &settings,
        public_url: Some(&public_url),
    };
    drop(connector.verify(checks, &call));
    drop(connector.handshake(&settings, &call));
    let delivery = Delivery {
        target: path,
        body,
        received_at: Timestamp::from_millis(1_795_348_800_000),
    };
    let Parsed::Entries(entries) = connector.parse(&settings, delivery) else {
        return;
    };
    for entry in entries {
        if let Inbound::Message(message) = entry.what {
            assert!(
                !message.handles.is_empty(),
                "a message is in a conversation"
            );
            drop(connector.edited(&message.content, "another"));
        }
    }
}
