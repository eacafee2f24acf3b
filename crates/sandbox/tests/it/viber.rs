//! Viber: HTTP 200 and a status.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, Method, StatusCode};
use parking_lot::Mutex;
use serde_json::{Value, json};
use switchboard_sandbox::Viber;

use crate::call::{Answer, Call, proof, refused, sandbox};

/// What a webhook was called with.
type Seen = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A hub's webhooks: `/good` answers 200, `/busy` 503, `/moved` 307.
async fn hub() -> (String, Seen) {
    let seen = Seen::default();
    let answer = |status: StatusCode| {
        post(
            move |State(seen): State<Seen>, headers: HeaderMap, body: Bytes| async move {
                seen.lock().push((headers, body));
                status
            },
        )
    };
    let routes = Router::new()
        .route("/good", answer(StatusCode::OK))
        .route("/busy", answer(StatusCode::SERVICE_UNAVAILABLE))
        .route("/moved", answer(StatusCode::TEMPORARY_REDIRECT))
        .with_state(Arc::clone(&seen));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, routes).into_future());
    (base, seen)
}

fn call(viber: &Viber, method: &str, body: &Value) -> Call {
    Call::new(Method::POST, viber.url(), &format!("/pa/{method}"))
        .header("x-viber-auth-token", &viber.auth_token())
        .json(body)
}

fn status(answer: &Answer) -> (u16, u64) {
    (answer.status, answer.json()["status"].as_u64().unwrap())
}

#[tokio::test]
async fn the_account_tells_everything_of_itself_to_its_token() {
    let sandbox = sandbox().await;
    let viber = &sandbox.viber;
    let info = || call(viber, "get_account_info", &json!({}));

    refused(
        status,
        vec![
            (
                "no token",
                info().without_header("x-viber-auth-token"),
                (200, 2),
            ),
            (
                "wrong token",
                info().header("x-viber-auth-token", "0"),
                (200, 2),
            ),
            (
                "wrong token in the body",
                info()
                    .without_header("x-viber-auth-token")
                    .json(&json!({"auth_token": "0"})),
                (200, 2),
            ),
            ("form", info().form(&[("a", "b")]), (200, 3)),
            ("broken body", info().raw("application/json", "{"), (200, 3)),
            (
                "too large",
                info().json(&json!({"x": "x".repeat(31_000)})),
                (200, 3),
            ),
        ],
    )
    .await;
    assert_eq!(
        info()
            .replace("account_info", "accounts")
            .send()
            .await
            .status,
        404
    );
    assert_eq!(info().method(Method::GET).send().await.status, 404);

    let answer = info().works().await;
    assert_eq!(
        (&answer["status"], &answer["id"]),
        (&json!(0), &json!(viber.account_id()))
    );
    assert_eq!(
        (&answer["webhook"], &answer["event_types"]),
        (&json!(""), &json!([]))
    );
    assert!(answer["icon"].is_string());
    info()
        .without_header("x-viber-auth-token")
        .json(&json!({"auth_token": viber.auth_token()}))
        .works()
        .await;
    viber.block();
    assert_eq!(status(&info().send().await), (200, 7));
    viber.unblock();
    let old = info();
    viber.rotate_auth_token("new");
    assert_eq!(status(&old.send().await), (200, 2));
}

#[tokio::test]
async fn a_webhook_is_taken_after_it_answered_200_to_a_signed_event() {
    let (base, seen) = hub().await;
    let sandbox = sandbox().await;
    let viber = &sandbox.viber;
    let valid = json!({
        "url": format!("{base}/good"),
        "event_types": ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"],
        "send_name": true,
        "send_photo": true,
    });
    let set = |name: &str, value: Value| {
        let mut body = valid.clone();
        body[name] = value;
        call(viber, "set_webhook", &body)
    };

    refused(
        status,
        vec![
            (
                "no address",
                call(viber, "set_webhook", &json!({})),
                (200, 4),
            ),
            ("number as address", set("url", json!(1)), (200, 3)),
            ("no web address", set("url", json!("hub")), (200, 1)),
            (
                "plain http elsewhere",
                set("url", json!("http://hub.example.com/")),
                (200, 1),
            ),
            ("503", set("url", json!(format!("{base}/busy"))), (200, 1)),
            ("307", set("url", json!(format!("{base}/moved"))), (200, 1)),
            ("404", set("url", json!(format!("{base}/none"))), (200, 1)),
            (
                "nobody there",
                set("url", json!("http://127.0.0.1:1/")),
                (200, 1),
            ),
            (
                "unknown event",
                set("event_types", json!(["delivered", "read"])),
                (200, 3),
            ),
            (
                "events as text",
                set("event_types", json!("delivered")),
                (200, 3),
            ),
            ("switch as text", set("send_name", json!("yes")), (200, 3)),
            (
                "wrong token",
                set("send_name", json!(true)).header("x-viber-auth-token", "0"),
                (200, 2),
            ),
        ],
    )
    .await;
    assert_eq!(viber.webhook(), None);
    seen.lock().clear();

    let answer = call(viber, "set_webhook", &valid).works().await;
    assert_eq!(
        (&answer["status"], &answer["event_types"]),
        (&json!(0), &valid["event_types"])
    );
    let webhook = viber.webhook().unwrap();
    assert_eq!(webhook.url, format!("{base}/good"));
    assert!(webhook.send_name && webhook.send_photo);
    let (headers, body) = seen.lock().pop().unwrap();
    let text = std::str::from_utf8(&body).unwrap();
    assert_eq!(
        headers["x-viber-content-signature"],
        proof(&viber.auth_token(), text)
    );
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(event["event"], "webhook");
    assert!(event["message_token"].as_u64().unwrap() > 1 << 53);
    let info = call(viber, "get_account_info", &json!({})).works().await;
    assert_eq!(info["webhook"], webhook.url);
}

#[tokio::test]
async fn an_empty_address_removes_the_webhook() {
    let (base, seen) = hub().await;
    let sandbox = sandbox().await;
    let viber = &sandbox.viber;
    call(
        viber,
        "set_webhook",
        &json!({"url": format!("{base}/good")}),
    )
    .works()
    .await;
    assert_eq!(viber.webhook().unwrap().event_types.len(), 6);
    let called = seen.lock().len();

    let answer = call(viber, "set_webhook", &json!({"url": ""}))
        .works()
        .await;

    assert_eq!(answer, json!({"status": 0, "status_message": "ok"}));
    assert_eq!(viber.webhook(), None);
    assert_eq!(seen.lock().len(), called);
}
