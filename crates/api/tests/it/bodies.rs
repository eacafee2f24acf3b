//! What may be sent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use axum::body::Body;
use http::{Method, Request};
use proptest::prelude::*;
use serde_json::Value;

use crate::hub::{Answer, Hub, post, request, send};

async fn typed(hub: &Hub, media_type: &str, body: &'static str) -> Answer {
    let request = Request::post("/channels.list").header("content-type", media_type);
    hub.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_missing_or_empty_body_counts_as_an_empty_object() {
    let hub = Hub::open();

    let missing = hub.send(request(Method::POST, "/channels.list")).await;
    assert_eq!(missing.status, 200);
    for body in ["", " \n"] {
        assert_eq!(typed(&hub, "application/json", body).await.status, 200);
    }
}

#[tokio::test]
async fn json_is_taken_under_all_its_names_and_nothing_else() {
    let hub = Hub::open();

    for media_type in [
        "application/json; charset=utf-8",
        "application/vnd.api+json",
    ] {
        assert_eq!(
            typed(&hub, media_type, "{}").await.status,
            200,
            "{media_type}"
        );
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = typed(&hub, media_type, "{}").await;
        answer.is_error(415, "unsupported_media_type");
    }
    let unnamed = Request::post("/channels.list")
        .body(Body::from("{}"))
        .unwrap();
    hub.send(unnamed)
        .await
        .is_error(415, "unsupported_media_type");
}

#[tokio::test]
async fn what_is_no_json_is_located_and_not_quoted() {
    let hub = Hub::open();

    let answer = hub
        .send(post("/channels.list", "{\n  \"token\": canary}"))
        .await;
    answer.is_error(400, "malformed_json");
    assert_eq!(
        answer.json()["message"],
        "The body is not JSON: it cannot be read at line 2, column 12."
    );
    for body in [&b"{"[..], b"\"\xff\"", b"\xff\xfe{\0}\0", b"1e999", b"{} x"] {
        hub.send(post("/channels.list", body))
            .await
            .is_error(400, "malformed_json");
    }
}

#[tokio::test]
async fn a_nesting_bomb_is_refused() {
    let hub = Hub::open();

    let bomb = "[".repeat(500_000);
    hub.send(post("/channels.list", bomb))
        .await
        .is_error(400, "malformed_json");
}

#[tokio::test]
async fn a_body_of_a_mebibyte_is_read_and_a_larger_one_is_not() {
    let hub = Hub::open();
    let body = |length: usize| format!("{{\"colour\":\"{}\"}}", "x".repeat(length - 13));

    let largest = hub.send(post("/channels.list", body(1024 * 1024))).await;
    assert_eq!(largest.status, 200);
    let larger = hub
        .send(post("/channels.list", body(1024 * 1024 + 1)))
        .await;
    larger.is_error(413, "body_too_large");
}

/// Over a socket: the answer has to reach a caller who sends everything before it listens.
#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_body_over_the_limit_is_413_and_the_caller_learns_it() {
    let hub = Hub::open();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, hub.router.clone()).into_future());

    let answer = tokio::task::spawn_blocking(move || {
        let mut socket = TcpStream::connect(address).unwrap();
        let head = "POST /channels.list HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                    content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).unwrap();
        let chunk = vec![b' '; 0x1_0000];
        for _ in 0..48 {
            socket.write_all(b"10000\r\n").unwrap();
            socket.write_all(&chunk).unwrap();
            socket.write_all(b"\r\n").unwrap();
        }
        socket.write_all(b"0\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap();

    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"code\":\"body_too_large\""), "{answer}");
    server.abort();
}

const PATHS: [&str; 25] = [
    "/channels.list",
    "/channels.info",
    "/channels.update",
    "/channels.page.connect",
    "/channels.sms.plain.connect",
    "/channels.page.disconnect",
    "/channels.page.explore",
    "/chatplugin.authenticate",
    "/contacts.create",
    "/contacts.import",
    "/contacts.list",
    "/contacts.merge",
    "/contacts.update",
    "/conversations.list",
    "/conversations.update-contact",
    "/envelopes.list",
    "/envelopes.replay",
    "/messages.list",
    "/messages.suggest-replies",
    "/metadata.upsert",
    "/sources.create",
    "/tags.create",
    "/templates.create",
    "/page",
    "/page?signed",
];

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"0686be1a-84e3-5135-9960-3269161887e5\"".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        ".{0,20}".prop_map(|text| Value::from(text).to_string()),
        Just("[[{}]]".to_owned()),
    ];
    let name = prop_oneof![
        Just("channel_id".to_owned()),
        Just("channelId".to_owned()),
        Just("name".to_owned()),
        Just("image_url".to_owned()),
        Just("source".to_owned()),
        Just("connected".to_owned()),
        Just("force".to_owned()),
        Just("account".to_owned()),
        Just("token".to_owned()),
        Just("id".to_owned()),
        Just("conversation_id".to_owned()),
        Just("message_id".to_owned()),
        Just("filters".to_owned()),
        Just("cursor".to_owned()),
        Just("page_size".to_owned()),
        Just("data".to_owned()),
        Just("metadata".to_owned()),
        Just("content".to_owned()),
        Just("via".to_owned()),
        "[a-z_]{0,8}",
    ];
    let object = prop::collection::vec((name, value), 0..6).prop_map(|fields| {
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    });
    prop_oneof![prop::collection::vec(any::<u8>(), 0..64), object]
}

#[test]
fn no_body_makes_an_endpoint_fail_or_answer_anything_but_json() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let hub = runtime.block_on(async { Hub::open() });

    proptest!(ProptestConfig::with_cases(256), |(body in any_body(), path in prop::sample::select(&PATHS[..]))| {
        let answer = runtime.block_on(send(&hub.router, post(path, body)));
        if path == "/page" {
            answer.is_error(403, "unauthorized");
        } else if path == "/page?signed" || matches!(answer.status.as_u16(), 202 | 204) {
            prop_assert!(answer.status.is_success());
            prop_assert!(answer.body.is_empty());
        } else if answer.status.is_success() {
            answer.json();
        } else {
            prop_assert!(answer.error().0 < 500);
        }
    });
}
