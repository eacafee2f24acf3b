//! Where providers call.

use axum::body::Body;
use http::Request;
use switchboard_api::ApiOptions;
use switchboard_domain::Secret;

use crate::hub::{Hub, options};

fn hub() -> Hub {
    Hub::with(ApiOptions {
        system_token: Some(Secret::new("s3cret")),
        ..options()
    })
}

fn call(query: &str, body: &'static str) -> Request<Body> {
    Request::post(format!("/page?{query}"))
        .header("host", "hub.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
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
}

#[tokio::test]
async fn a_handshake_without_the_secret_is_403() {
    hub()
        .send(call("lie", ""))
        .await
        .is_error(403, "unauthorized");
}

#[tokio::test]
async fn a_message_is_503_so_that_the_provider_keeps_it() {
    let hub = hub();

    hub.send(call("", "hello"))
        .await
        .is_error(503, "not_receiving");
}

#[tokio::test]
async fn a_call_of_more_than_4_mib_is_413() {
    let hub = hub();
    let body = Body::from(vec![b'x'; 4 * 1024 * 1024 + 1]);
    let call = Request::post("/page").body(body).unwrap();

    hub.send(call).await.is_error(413, "body_too_large");
}
