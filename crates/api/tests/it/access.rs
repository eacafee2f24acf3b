//! Who is let in.

use axum::body::Body;
use http::{Method, Request};
use serde_json::json;
use switchboard_api::{AnonymousHosts, ApiOptions};
use switchboard_domain::Secret;

use crate::hub::{Answer, Hub, options, post, request};

fn protected() -> Hub {
    Hub::with(ApiOptions {
        system_token: Some(Secret::new("s3cret-canary")),
        ..options()
    })
}

async fn with(hub: &Hub, header: (&str, &str)) -> Answer {
    let mut request = post("/channels.list", "{}");
    let value = header.1.parse().unwrap();
    request.headers_mut().insert(
        http::HeaderName::from_bytes(header.0.as_bytes()).unwrap(),
        value,
    );
    hub.send(request).await
}

#[tokio::test]
async fn with_a_token_every_procedure_and_the_metrics_ask_for_it() {
    let hub = protected();

    for path in [
        "/channels.list",
        "/channels.info",
        "/channels.update",
        "/channels.page.connect",
        "/channels.page.disconnect",
        "/channels.page.explore",
        "/page.channels.explore",
    ] {
        hub.post(path, &json!({}))
            .await
            .is_error(403, "unauthorized");
    }
    hub.get("/metrics").await.is_error(403, "unauthorized");
}

#[tokio::test]
async fn the_token_opens_bare_and_as_bearer() {
    let hub = protected();

    for value in ["s3cret-canary", "Bearer s3cret-canary"] {
        assert_eq!(with(&hub, ("authorization", value)).await.status, 200);
    }
    let answer = with(&hub, ("authorization", "Bearer s3cret-canarx")).await;
    answer.is_error(403, "unauthorized");
    assert!(!format!("{answer:?}").contains("canar"), "{answer:?}");
}

#[tokio::test]
async fn some_things_are_public_even_with_a_token() {
    let hub = protected();

    for path in ["/health", "/openapi.json", "/docs/", "/page?prove"] {
        assert_eq!(hub.get(path).await.status, 200, "{path}");
    }
    hub.get("/nothing").await.is_error(404, "not_found");
    hub.get("/channels.list")
        .await
        .is_error(405, "method_not_allowed");
}

#[tokio::test]
async fn an_open_hub_is_not_led_by_a_page_whose_name_resolves_to_loopback() {
    let hub = Hub::open();

    let answer = with(&hub, ("host", "evil.example:8080")).await;
    answer.is_error(403, "host_not_allowed");
    assert!(
        answer.json()["message"]
            .to_string()
            .contains("server.public_url")
    );
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(with(&hub, ("host", host)).await.status, 200, "{host}");
    }
    let health = Request::get("/health").header("host", "evil.example");
    let health = health.body(Body::empty()).unwrap();
    assert_eq!(hub.send(health).await.status, 200);
}

#[tokio::test]
async fn the_host_does_not_matter_where_anybody_may_call_or_a_token_is_asked_for() {
    let anybody = Hub::with(ApiOptions {
        anonymous_hosts: AnonymousHosts::Any,
        ..options()
    });
    assert_eq!(with(&anybody, ("host", "hub.example")).await.status, 200);

    let mut request = request(Method::POST, "/channels.list");
    let headers = request.headers_mut();
    headers.insert("host", "hub.example".parse().unwrap());
    headers.insert("authorization", "s3cret-canary".parse().unwrap());
    assert_eq!(protected().send(request).await.status, 200);
}
