//! Viber bots.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;
use switchboard_connector::{ConnectError, ErrorClass, Handshake, RawWebhook, Settings};
use switchboard_sandbox::viber::Webhook;
use tokio::net::TcpListener;
use url::Url;

use crate::hub::{Hub, assert_class, assert_hidden, connector, operations, upstream};
use crate::script::Script;

/// A hub that answers at `/viber` as the real one does: with the connector's handshake.
async fn reachable_hub() -> Hub {
    let mut hub = Hub::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let settings = Arc::new(hub.settings_of(connector("viber")));
    let router = Router::new()
        .route("/viber", axum::routing::post(answer))
        .with_state(settings);
    tokio::spawn(async move { axum::serve(listener, router).await });
    hub.public_url = Some(Url::parse(&address).unwrap());
    hub
}

async fn answer(
    State(settings): State<Arc<Settings>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let call = RawWebhook {
        path: "/viber".to_owned(),
        method: Method::POST,
        query: String::new(),
        headers,
        body: body.to_vec(),
    };
    match connector("viber").handshake(&settings, &call) {
        Handshake::Answer { body, .. } => (StatusCode::OK, body),
        _ => (StatusCode::FORBIDDEN, String::new()),
    }
}

fn ours(hub: &Hub) -> String {
    hub.public_url
        .as_ref()
        .unwrap()
        .join("viber")
        .unwrap()
        .into()
}

fn webhook_at(url: &str) -> Webhook {
    Webhook {
        url: url.to_owned(),
        event_types: Vec::new(),
        send_name: true,
        send_photo: true,
    }
}

#[tokio::test]
async fn the_bot_is_connected_and_viber_tries_the_address() {
    let hub = reachable_hub().await;

    let draft = hub.source("viber").prepare(json!({})).await.unwrap();
    assert_eq!(draft.source_channel_id.as_str(), "pa:75346594275468546724");
    assert_eq!(draft.name, "Jaspers Bot");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("https://example.org/viber-icon.png")
    );
    assert_eq!(
        upstream(&draft),
        Some("viber:account:pa:75346594275468546724")
    );
    assert!(draft.credentials.is_none());
    assert_eq!(hub.sandbox.viber.webhook(), None);

    hub.source("viber").subscribe(&draft, None).await.unwrap();
    let webhook = hub.sandbox.viber.webhook().unwrap();
    assert_eq!(webhook.url, ours(&hub));
    assert!(webhook.send_name && webhook.send_photo);
    let events: BTreeSet<_> = webhook.event_types.iter().map(String::as_str).collect();
    let wanted = [
        "conversation_started",
        "delivered",
        "failed",
        "seen",
        "subscribed",
        "unsubscribed",
    ];
    assert_eq!(events, wanted.into());
    assert_eq!(
        operations(&hub.sandbox.viber.calls()),
        ["get_account_info", "set_webhook"]
    );
}

#[tokio::test]
async fn name_and_picture_of_the_request_win() {
    let hub = Hub::start().await;

    let example = connector("viber").connect_example();
    let draft = hub.source("viber").prepare(example).await.unwrap();

    assert_eq!(draft.name, "My custom name for this bot");
    assert_eq!(
        draft.image_url.as_deref(),
        Some("https://example.org/custom-image.jpg")
    );
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_refused() {
    let silent = Script::start().await;
    let mut hub = Hub::start().await;
    hub.public_url = Some(Url::parse(&silent.url).unwrap());
    let draft = hub.source("viber").prepare(json!({})).await.unwrap();

    let subscribed = hub.source("viber").subscribe(&draft, None).await;

    let Err(ConnectError::Provider(error)) = subscribed else {
        panic!("{subscribed:?}");
    };
    assert_class(&error, ErrorClass::Config);
    assert_eq!(error.code.as_deref(), Some("1"));
    assert_eq!(hub.sandbox.viber.webhook(), None);
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_never_shown() {
    let mut hub = Hub::start().await;
    hub.set("sources.viber.auth_token", "canary-wrong");

    let error = hub.source("viber").refusal(json!({})).await;

    assert_class(&error, ErrorClass::Reauth);
    assert_eq!(error.code.as_deref(), Some("2"));
    assert_hidden(&error, "canary");
}

#[tokio::test]
async fn a_welcome_message_that_viber_would_not_show_is_refused() {
    for (message, setting) in [
        ("Welcome!", "sources.viber.welcome_message"),
        (
            r#"{"type":"text","text":"Welcome!"}"#,
            "sources.viber.sender ",
        ),
    ] {
        let mut hub = Hub::start().await;
        hub.set("sources.viber.welcome_message", message);

        let error = hub.source("viber").refusal(json!({})).await;

        assert_class(&error, ErrorClass::Config);
        assert!(error.message.contains(setting), "{error}");
        assert_eq!(hub.sandbox.viber.calls(), []);
    }
}

#[tokio::test]
async fn a_blocked_account_is_refused() {
    let hub = Hub::start().await;
    hub.sandbox.viber.block();

    let error = hub.source("viber").refusal(json!({})).await;

    assert_class(&error, ErrorClass::Policy);
}

#[tokio::test]
async fn disconnecting_removes_our_webhook_and_may_be_repeated() {
    let hub = reachable_hub().await;
    let account = hub.source("viber").connect(json!({})).await;

    hub.source("viber").unsubscribe(&account).await.unwrap();
    assert_eq!(hub.sandbox.viber.webhook(), None);
    hub.source("viber").unsubscribe(&account).await.unwrap();
}

#[tokio::test]
async fn a_webhook_that_points_elsewhere_by_now_is_left_alone() {
    let hub = reachable_hub().await;
    let account = hub.source("viber").connect(json!({})).await;
    let elsewhere = webhook_at("https://else.example.com/viber");
    hub.sandbox.viber.put_webhook(Some(elsewhere.clone()));

    hub.source("viber").unsubscribe(&account).await.unwrap();

    assert_eq!(hub.sandbox.viber.webhook(), Some(elsewhere));
    assert_eq!(hub.sandbox.viber.called("set_webhook"), 1);
}

#[tokio::test]
async fn a_token_of_another_account_cannot_undo_anything() {
    let hub = reachable_hub().await;
    let mut account = hub.source("viber").connect(json!({})).await;
    account.source_channel_id = switchboard_domain::SourceChannelId::new("pa:another");

    let error = hub.source("viber").unsubscribe(&account).await.unwrap_err();

    assert_class(&error, ErrorClass::Reauth);
    assert!(hub.sandbox.viber.webhook().is_some());
}

#[tokio::test]
async fn a_hub_that_does_not_know_its_address_cannot_be_called() {
    let mut hub = Hub::start().await;
    let draft = hub.source("viber").prepare(json!({})).await.unwrap();
    hub.public_url = None;

    let subscribed = hub.source("viber").subscribe(&draft, None).await;

    let Err(ConnectError::NotConfigured(error)) = subscribed else {
        panic!("{subscribed:?}");
    };
    assert_eq!(error.setting, "server.public_url");
    assert_eq!(hub.sandbox.viber.called("set_webhook"), 0);
}
