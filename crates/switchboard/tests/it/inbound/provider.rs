//! Providers' calls with the bodies and signatures of the fixtures.

use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::Value;
use sha2::Sha256;
use switchboard_domain::{
    Channel, ChannelId, Connection, RawJson, Source, SourceChannelId, Timestamp, UpstreamKey,
};
use switchboard_storage::{StorageError, Touches};

use crate::harness::{Answer, NOON, StoreKind, TestHub};

/// The secrets that the fixtures are signed with.
pub(crate) const SECRETS: &[(&str, &str)] = &[
    (
        "sources.facebook.app_secret",
        "3f1c9a7e5b2d4860a1b2c3d4e5f60718",
    ),
    (
        "sources.whatsapp.app_secret",
        "3f1c9a7e5b2d4860a1b2c3d4e5f60718",
    ),
    ("sources.google.partner_key", "gbm-partner-key-EXAMPLE-0001"),
    (
        "sources.twilio.account_sid",
        "AC00000000000000000000000000000042",
    ),
    (
        "sources.twilio.auth_token",
        "0123456789abcdef0123456789abcdef",
    ),
    (
        "sources.viber.auth_token",
        "4453b6ac12345678-e02c5f12174805f9-daec9cbb5448c51f",
    ),
    ("server.public_url", "https://hub.example.com"),
];

/// A hub that the fixtures' providers call.
pub(crate) async fn hub_of_the_fixtures(kind: StoreKind) -> TestHub {
    TestHub::start_with(kind, SECRETS).await
}

/// Makes an account connected, as connecting would have.
pub(crate) async fn connect(hub: &TestHub, source: &str, account: &str) -> ChannelId {
    let source = Source::new(source);
    let account = SourceChannelId::new(account);
    let id = ChannelId::derive(&source, &account);
    let channel = Channel {
        id,
        source,
        source_channel_id: account,
        name: "An account".to_owned(),
        image_url: None,
        connection: Connection::Connected,
        upstream: None,
        facts: RawJson::empty_object(),
        created_at: NOON,
        updated_at: Timestamp::from_millis(NOON.as_millis()),
    };
    hub.log
        .write::<_, StorageError, _>(Touches::channel(id), move |tx| tx.put_channel(&channel))
        .await
        .expect("the store answers");
    id
}

/// Makes a channel share an account on the provider's side.
pub(crate) async fn belongs_to(hub: &TestHub, channel: ChannelId, upstream: &str) {
    let upstream = UpstreamKey::new(upstream);
    hub.log
        .write::<_, StorageError, _>(Touches::channel(channel), move |tx| {
            let mut found = tx.channel(channel)?.expect("it is connected");
            found.upstream = Some(upstream.clone());
            tx.put_channel(&found)
        })
        .await
        .expect("the store answers");
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../connectors/fixtures")
        .join(name)
}

/// The body of a fixture: `whatsapp/text.json`.
pub(crate) fn body(fixture: &str) -> Vec<u8> {
    std::fs::read(folder(fixture)).expect("the fixture exists")
}

/// The provider's header and signature: as listed beside the fixture, or as Meta signs.
fn signature(fixture: &str) -> (String, String) {
    let (source, file) = fixture.split_once('/').expect("a folder and a file");
    let listed = std::fs::read(folder(source).join("signatures.json")).expect("there is a list");
    let listed: Value = serde_json::from_slice(&listed).expect("it is JSON");
    let header = listed["header"].as_str().expect("a name").to_owned();
    let call = listed["calls"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|call| call["file"] == file);
    let signature = call.map_or_else(
        || signed_by_meta(&body(fixture)),
        |call| call["signature"].as_str().expect("text").to_owned(),
    );
    (header, signature)
}

/// `X-Hub-Signature-256` of a body.
pub(crate) fn signed_by_meta(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"3f1c9a7e5b2d4860a1b2c3d4e5f60718")
        .expect("any key will do");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Whether a fixture is a form, as Twilio's are.
pub(crate) fn is_form(fixture: &str) -> bool {
    Path::new(fixture)
        .extension()
        .is_some_and(|ending| ending == "form")
}

/// Calls the hub as the provider does.
pub(crate) async fn deliver(hub: &TestHub, path: &str, fixture: &str) -> Answer {
    let is_form = is_form(fixture);
    let mut request = hub
        .request(Method::POST, path)
        .header(
            "content-type",
            if is_form {
                "application/x-www-form-urlencoded"
            } else {
                "application/json"
            },
        )
        .body(body(fixture));
    let (header, signature) = signature(fixture);
    request = request.header(header, signature);
    Answer::read(request.send().await.expect("the hub answers")).await
}
