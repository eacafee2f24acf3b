//! What browsers are told.

use axum::body::Body;
use http::{Method, Request};
use switchboard_api::{ApiOptions, Origin};
use switchboard_domain::Secret;

use crate::hub::{Answer, Hub, options};

const PAGE: &str = "https://app.example.com";

fn hub_for(origins: &[&str]) -> Hub {
    Hub::with(ApiOptions {
        system_token: Some(Secret::new("s3cret")),
        allowed_origins: origins
            .iter()
            .map(|origin| Origin::parse(origin).unwrap())
            .collect(),
        ..options()
    })
}

async fn preflight(hub: &Hub, path: &str, origin: &str) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-requested-with",
        );
    hub.send(request.body(Body::empty()).unwrap()).await
}

async fn call(hub: &Hub, origin: &str) -> Answer {
    let request = Request::post("/channels.list")
        .header("origin", origin)
        .header("authorization", "s3cret");
    hub.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_preflight_of_an_allowed_origin_needs_no_token() {
    let hub = hub_for(&["https://other.example", PAGE]);

    for path in ["/channels.list", "/channels.page.connect", "/health"] {
        let answer = preflight(&hub, path, PAGE).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
        for (name, value) in [
            ("access-control-allow-origin", PAGE),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "GET, POST"),
            (
                "access-control-allow-headers",
                "content-type,x-requested-with",
            ),
            ("vary", "origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_sees_answers_and_their_ids() {
    let hub = hub_for(&[PAGE]);

    let answer = call(&hub, PAGE).await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        Some("true")
    );
    let exposed = answer.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("x-request-id"), "{exposed}");
}

#[tokio::test]
async fn errors_can_be_seen_too() {
    let hub = hub_for(&[PAGE]);

    let request = Request::post("/channels.list").header("origin", PAGE);
    let answer = hub.send(request.body(Body::empty()).unwrap()).await;

    answer.is_error(403, "unauthorized");
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
}

#[tokio::test]
async fn any_other_origin_gets_no_permission() {
    for origins in [&[PAGE][..], &[]] {
        let hub = hub_for(origins);

        let asked = preflight(&hub, "/channels.list", "https://evil.example").await;
        asked.is_error(403, "origin_not_allowed");
        let called = call(&hub, "https://evil.example").await;
        assert_eq!(called.status, 200);
        for answer in [asked, called] {
            let permissions: Vec<_> = answer
                .headers
                .keys()
                .filter(|name| name.as_str().starts_with("access-control"))
                .collect();
            assert_eq!(permissions, Vec::<&http::HeaderName>::new());
        }
    }
}

#[tokio::test]
async fn a_star_allows_every_origin_by_its_name() {
    let hub = hub_for(&["*"]);

    let answer = preflight(&hub, "/channels.list", "https://any.example").await;

    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://any.example")
    );
}
