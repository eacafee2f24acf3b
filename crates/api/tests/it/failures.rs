//! What goes wrong beyond the request.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_api::ApiOptions;

use crate::hub::{Answer, Hub, options, post, send};

async fn ordered(hub: &Hub, order: &str) -> Answer {
    let body = json!({ "account": "7", "token": "canary-token", "do": order });
    hub.post("/channels.page.connect", &body).await
}

async fn nothing_is_stored(hub: &Hub) {
    let list = hub.post("/channels.list", &json!({})).await;
    assert_eq!(list.json(), json!({ "data": [] }));
}

#[tokio::test]
async fn a_refusal_carries_the_provider_s_words_and_code() {
    let hub = Hub::open();

    let answer = ordered(&hub, "refuse").await;

    answer.is_error(400, "provider_refused");
    let json = answer.json();
    assert_eq!(json["message"], "page refused: The session has expired.");
    assert_eq!(
        json["provider"],
        json!({ "source": "page", "class": "reauth", "code": "190/463" })
    );
    nothing_is_stored(&hub).await;
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_502() {
    let hub = Hub::open();

    let answer = ordered(&hub, "break").await;

    answer.is_error(502, "provider_unavailable");
    assert_eq!(
        answer.json()["provider"],
        json!({ "source": "page", "class": "retry" })
    );
    assert_eq!(answer.header("retry-after"), None);
    nothing_is_stored(&hub).await;
}

#[tokio::test]
async fn a_provider_that_takes_no_more_calls_says_when_to_come_back() {
    let hub = Hub::open();
    let body = json!({ "auth_token": "throttle" });

    for answer in [
        ordered(&hub, "throttle").await,
        hub.post("/channels.page.explore", &body).await,
    ] {
        answer.is_error(502, "provider_rate_limited");
        assert_eq!(answer.header("retry-after"), Some("3"));
    }
}

#[tokio::test]
async fn a_source_that_is_not_configured_names_the_setting() {
    let hub = Hub::open();

    let answer = ordered(&hub, "ask for a setting").await;

    answer.is_error(400, "source_not_configured");
    let message = answer.json()["message"].to_string();
    assert!(message.contains("sources.page.app_id"), "{message}");
}

async fn connected(hub: &Hub, leave: &str) -> Value {
    let body = json!({ "account": "7", "token": "t", "leave": leave });
    let answer = hub.post("/channels.page.connect", &body).await;
    assert_eq!(answer.status, 200);
    answer.json()["id"].clone()
}

#[tokio::test]
async fn a_channel_stays_connected_when_its_provider_cannot_be_told_unless_forced() {
    let hub = Hub::open();
    let id = connected(&hub, "break").await;

    let body = json!({ "channel_id": id });
    let answer = hub.post("/channels.sms.plain.disconnect", &body).await;
    answer.is_error(502, "provider_unavailable");
    assert_eq!(answer.json()["provider"]["source"], "page");
    let info = hub.post("/channels.info", &body).await;
    assert_eq!(info.json()["connected"], true);

    let forced = json!({ "channel_id": id, "force": true });
    assert_eq!(
        hub.post("/channels.page.disconnect", &forced).await.status,
        202
    );
}

#[tokio::test]
async fn credentials_of_another_key_are_500_with_a_remedy() {
    let hub = Hub::open();
    let body = json!({ "channel_id": connected(&hub, "agree").await });

    let other = hub.with_another_key();
    let answer = send(&other, post("/channels.page.disconnect", body.to_string())).await;

    answer.is_error(500, "credentials_unreadable");
    let message = answer.json()["message"].to_string();
    assert!(message.contains("security.secret_key"), "{message}");
}

#[tokio::test]
async fn a_closed_store_is_503_everywhere() {
    let hub = Hub::open();
    hub.close_store();
    let body = json!({
        "channel_id": "0686be1a-84e3-5135-9960-3269161887e5",
        "conversation_id": "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c",
        "account": "7",
        "token": "t",
        "auth_token": "t"
    });

    for path in [
        "/channels.list",
        "/channels.info",
        "/channels.update",
        "/channels.page.connect",
        "/channels.page.disconnect",
        "/channels.page.explore",
        "/chatplugin.authenticate",
        "/contacts.list",
        "/conversations.list",
        "/conversations.info",
        "/conversations.mark-read",
        "/envelopes.list",
        "/messages.list",
        "/sources.list",
        "/tags.list",
        "/users.list",
    ] {
        let answer = hub.post(path, &body).await;
        answer.is_error(503, "storage_unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"), "{path}");
    }
    hub.get("/health")
        .await
        .is_error(503, "storage_unavailable");
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_503() {
    let hub = Hub::with(ApiOptions {
        request_timeout: Duration::from_millis(1),
        ..options()
    });

    ordered(&hub, "wait").await.is_error(503, "request_timeout");
}

#[tokio::test]
async fn a_panic_is_500_and_the_next_request_is_answered() {
    let hub = Hub::open();

    let answer = ordered(&hub, "panic").await;

    answer.is_error(500, "internal");
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(!body.contains("canary") && !body.contains("told"), "{body}");
    nothing_is_stored(&hub).await;
}
