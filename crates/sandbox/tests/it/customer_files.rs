//! What customers send can be fetched as at the provider: with the right credential, and in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use serde_json::Value;
use switchboard_sandbox::meta::{SAMPLE_SYSTEM_USER, SAMPLE_WABA, Token};
use switchboard_sandbox::{Act, MediaKind, Now, Sandbox, SandboxOptions, Source};

use crate::call::{Answer, Call, client, refused};
use crate::receiver::{NOON, Receiver, connect, connected, options};

const MINUTE: i64 = 60_000;

/// A sandbox whose clock can be moved.
async fn with_clock(receiver: &Receiver) -> (Sandbox, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(NOON));
    let watch = Arc::clone(&clock);
    let sandbox = Sandbox::start(SandboxOptions {
        now: Now::from_millis(move || watch.load(Ordering::SeqCst)),
        ..options(receiver)
    })
    .await
    .unwrap();
    connect(&sandbox, receiver).await;
    (sandbox, clock)
}

/// Status, type and bytes.
async fn fetch(url: &str, authorization: Option<&str>) -> (u16, String, Vec<u8>) {
    let mut request = client().get(url);
    if let Some(text) = authorization {
        request = request.header("authorization", text);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let media_type = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (status, media_type, response.bytes().await.unwrap().to_vec())
}

async fn send(sandbox: &Sandbox, source: Source, kind: MediaKind) {
    sandbox.act(source, Act::media(kind)).await.unwrap();
}

#[tokio::test]
async fn a_picture_of_messenger_is_behind_a_link_that_ends() {
    let receiver = Receiver::start().await;
    let (sandbox, clock) = with_clock(&receiver).await;
    for source in [Source::Facebook, Source::Instagram] {
        send(&sandbox, source, MediaKind::Image).await;
        let message = receiver.last().json()["entry"][0]["messaging"][0]["message"].clone();
        let url = message["attachments"][0]["payload"]["url"]
            .as_str()
            .unwrap()
            .to_owned();

        let (status, media_type, bytes) = fetch(&url, None).await;
        assert_eq!((status, media_type.as_str()), (200, "image/png"));
        assert!(bytes.starts_with(b"\x89PNG"));
        assert_eq!(fetch(&url.replace("oh=", "oh=0"), None).await.0, 403);
        clock.fetch_add(24 * 60 * MINUTE, Ordering::SeqCst);
        assert_eq!(fetch(&url, None).await.0, 403);
    }
    assert_eq!(sandbox.violations(), []);
    assert_eq!(sandbox.meta.called("download_attachment"), 6);
}

#[tokio::test]
async fn a_credential_that_is_sent_to_the_cdn_is_noted() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    send(&sandbox, Source::Facebook, MediaKind::Audio).await;
    let message = receiver.last().json()["entry"][0]["messaging"][0]["message"].clone();
    let url = message["attachments"][0]["payload"]["url"]
        .as_str()
        .unwrap()
        .to_owned();

    assert_eq!(fetch(&url, Some("Bearer secret")).await.0, 200);

    assert!(sandbox.violations()[0].message.contains("credential"));
}

#[tokio::test]
async fn a_file_of_whatsapp_is_fetched_in_two_steps() {
    let receiver = Receiver::start().await;
    let (sandbox, clock) = with_clock(&receiver).await;
    let meta = &sandbox.meta;
    send(&sandbox, Source::WhatsApp, MediaKind::File).await;
    let value = receiver.last().json()["entry"][0]["changes"][0]["value"].clone();
    let id = value["messages"][0]["document"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let full = || Token::whatsapp_system_user(SAMPLE_SYSTEM_USER, SAMPLE_WABA);
    meta.add_token("manager", full().without("whatsapp_business_messaging"));
    meta.add_token(
        "other",
        Token::whatsapp_system_user(SAMPLE_SYSTEM_USER, "200"),
    );
    let look = || {
        Call::new(Method::GET, meta.url(), &format!("/v25.0/{id}"))
            .token(meta, "user access token")
            .set("phone_number_id", "1234567")
    };
    refused(
        Answer::graph_error,
        vec![
            ("no token", look().unset("access_token"), (400, 104, 0)),
            ("no permission", look().token(meta, "manager"), (403, 10, 0)),
            (
                "another account",
                look().token(meta, "other"),
                (400, 100, 33),
            ),
            (
                "another number",
                look().set("phone_number_id", "106540352242922"),
                (400, 100, 33),
            ),
            ("unknown", look().replace(&id, "1"), (400, 100, 33)),
        ],
    )
    .await;

    let found = look().works().await;
    assert_eq!(found["mime_type"], "application/pdf");
    assert_eq!(found["id"], id.as_str());
    let url = found["url"].as_str().unwrap();
    let bearer = Some("Bearer user access token");
    assert_eq!(fetch(url, None).await.0, 401);
    assert_eq!(fetch(url, Some("Bearer nobody's")).await.0, 401);
    assert_eq!(fetch(url, Some("Bearer other")).await.0, 404);
    clock.fetch_add(5 * MINUTE - 1, Ordering::SeqCst);
    let (status, _, bytes) = fetch(url, bearer).await;
    assert_eq!((status, &bytes[..4]), (200, b"%PDF".as_slice()));
    assert_eq!(found["file_size"], bytes.len());
    clock.fetch_add(1, Ordering::SeqCst);
    assert_eq!(fetch(url, bearer).await.0, 404);

    let again = look().works().await;
    assert_eq!(fetch(again["url"].as_str().unwrap(), bearer).await.0, 200);
    clock.fetch_add(31 * 24 * 60 * MINUTE, Ordering::SeqCst);
    assert_eq!(look().send().await.graph_error(), (400, 100, 33));
}

#[tokio::test]
async fn a_file_of_twilio_needs_the_account_s_credentials_and_its_store_none() {
    let receiver = Receiver::start().await;
    let (sandbox, clock) = with_clock(&receiver).await;
    for source in [Source::TwilioSms, Source::TwilioWhatsApp] {
        send(&sandbox, source, MediaKind::Image).await;
        let form = receiver.last().form();
        let value = |name: &str| {
            form.iter()
                .find(|(other, _)| other == name)
                .unwrap()
                .1
                .clone()
        };
        assert_eq!(
            (value("NumMedia"), value("MediaContentType0")),
            ("1".into(), "image/png".into())
        );
        assert!(value("MessageSid").starts_with("MM"));
        let url = value("MediaUrl0");
        let account = sandbox.twilio.account();
        assert_eq!(client().get(&url).send().await.unwrap().status(), 401);
        let with_password = |url: &str| {
            client()
                .get(url)
                .basic_auth(&account.sid, Some(&account.auth_token))
                .send()
        };
        assert_eq!(
            with_password(&url.replace("ME", "ME0"))
                .await
                .unwrap()
                .status(),
            404
        );

        let response = with_password(&url).await.unwrap();
        assert_eq!(response.status(), 307);
        let stored = response.headers()["location"].to_str().unwrap().to_owned();
        assert!(stored.starts_with(sandbox.twilio.messaging_url()));
        let (status, media_type, bytes) = fetch(&stored, None).await;
        assert_eq!((status, media_type.as_str()), (200, "image/png"));
        assert!(bytes.starts_with(b"\x89PNG"));
        assert_eq!(with_password(&stored).await.unwrap().status(), 400);
        assert!(
            sandbox.violations()[0]
                .message
                .contains("when the host changes")
        );
        clock.fetch_add(4 * 60 * MINUTE, Ordering::SeqCst);
        assert_eq!(fetch(&stored, None).await.0, 403);
        assert_eq!(with_password(&url).await.unwrap().status(), 307);
    }
}

#[tokio::test]
async fn files_of_viber_and_google_are_behind_links_that_end() {
    let receiver = Receiver::start().await;
    let (sandbox, clock) = with_clock(&receiver).await;
    send(&sandbox, Source::Viber, MediaKind::Video).await;
    let viber = receiver.last().json()["message"]["media"].clone();
    send(&sandbox, Source::Google, MediaKind::Image).await;
    let google = receiver.last().json()["message"]["text"].clone();
    for (url, media_type) in [(&viber, "video/mp4"), (&google, "image/png")] {
        let url = Value::as_str(url).unwrap();
        let fetched = fetch(url, None).await;
        assert_eq!((fetched.0, fetched.1.as_str()), (200, media_type), "{url}");
    }

    clock.fetch_add(60 * MINUTE, Ordering::SeqCst);
    assert_eq!(fetch(viber.as_str().unwrap(), None).await.0, 403);
    assert_eq!(fetch(google.as_str().unwrap(), None).await.0, 200);
    clock.fetch_add(7 * 24 * 60 * MINUTE, Ordering::SeqCst);
    assert_eq!(fetch(google.as_str().unwrap(), None).await.0, 403);
}
