//! Where providers call.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request};
use serde_json::{Value, json};
use switchboard_api::ApiOptions;
use switchboard_domain::Secret;

use crate::hub::{Hub, bearing, options, post};

fn hub() -> Hub {
    Hub::with(ApiOptions {
        system_token: Some(Secret::new("s3cret")),
        ..options()
    })
}

fn call(query: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(format!("/page?{query}"))
        .header("host", "hub.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into())
        .unwrap()
}

async fn stored(hub: &Hub) -> Value {
    let answer = hub
        .send(bearing("s3cret", post("/envelopes.list", "{}")))
        .await;
    assert_eq!(answer.status, 200);
    answer.json()["data"].clone()
}

#[tokio::test]
async fn a_handshake_is_answered_to_the_letter_by_either_method() {
    let hub = hub();

    let got = hub.get("/page?prove").await;
    let posted = hub.send(call("prove", "me=1")).await;

    assert_eq!((got.status.as_u16(), &got.body[..]), (200, &b"GET "[..]));
    assert_eq!(
        (posted.status.as_u16(), &posted.body[..]),
        (200, &b"POST me=1"[..])
    );
    assert_eq!(posted.header("content-type"), Some("text/plain"));
    assert_eq!(stored(&hub).await, json!([]));
}

#[tokio::test]
async fn a_handshake_without_the_secret_is_403() {
    hub()
        .send(call("lie", ""))
        .await
        .is_error(403, "unauthorized");
}

#[tokio::test]
async fn a_signed_call_is_stored_as_it_came_when_it_is_answered() {
    let hub = hub();

    let answer = hub.send(call("signed", &b"\xffhello"[..])).await;

    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    let envelopes = stored(&hub).await;
    let id = envelopes[0]["id"].clone();
    assert_eq!(
        envelopes,
        json!([{
            "id": id,
            "source": "page",
            "target": "/page?signed",
            "received_at": "2026-11-18T11:06:40.000Z",
            "size": 6,
            "verdict": "waiting",
            "findings": []
        }])
    );
    let info = post("/envelopes.info", json!({ "id": id }).to_string());
    let info = hub.send(bearing("s3cret", info)).await.json();
    assert_eq!(info["body_base64"], "/2hlbGxv");
}

#[tokio::test]
async fn a_provider_hears_what_it_wants_to_hear() {
    let answer = hub().send(call("signed&curious", "hello")).await;

    assert_eq!(
        (answer.status.as_u16(), &answer.body[..]),
        (200, &b"<Response/>"[..])
    );
    assert_eq!(answer.header("content-type"), Some("text/xml"));
}

#[tokio::test]
async fn a_call_that_nobody_signed_is_403_and_nothing_is_stored() {
    let hub = hub();

    for method in [Method::GET, Method::POST] {
        let mut call = call("", "hello");
        *call.method_mut() = method;
        hub.send(call).await.is_error(403, "unauthorized");
    }

    assert_eq!(stored(&hub).await, json!([]));
}

#[tokio::test]
async fn a_call_that_cannot_be_stored_is_503_so_that_the_provider_keeps_it() {
    let hub = hub();
    hub.close_store();

    hub.send(call("signed", "hello"))
        .await
        .is_error(503, "storage_unavailable");
}

#[tokio::test]
async fn a_call_of_4_mib_is_stored_and_a_larger_one_is_413() {
    let hub = hub();
    let largest = 4 * 1024 * 1024;

    let answer = hub.send(call("signed", vec![b'x'; largest])).await;
    assert_eq!(answer.status, 200);
    hub.send(call("signed", vec![b'x'; largest + 1]))
        .await
        .is_error(413, "body_too_large");

    let envelopes = stored(&hub).await;
    assert_eq!(envelopes.as_array().unwrap().len(), 1);
    assert_eq!(envelopes[0]["size"], largest);
}

/// A body of which nothing comes.
fn silence() -> Body {
    Body::from_stream(stream::pending::<Result<Bytes, Infallible>>())
}

#[tokio::test]
async fn callers_who_announce_much_and_send_nothing_keep_nobody_out() {
    let hub = hub();
    let mut silent = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let mut call = call("signed", silence());
        let length = http::HeaderValue::from_static("4194304");
        call.headers_mut().insert("content-length", length);
        let router = hub.router.clone();
        silent.spawn(async move { crate::hub::send(&router, call).await });
    }
    tokio::task::yield_now().await;

    let handshake = hub.get("/page?prove").await;
    let answer = hub.send(call("signed", "hello")).await;

    assert_eq!(
        (handshake.status.as_u16(), answer.status.as_u16()),
        (200, 200)
    );
    assert!(silent.try_join_next().is_none());
}
