//! What is where.

use http::Method;
use serde_json::json;

use crate::hub::{Hub, post, request};

#[tokio::test]
async fn an_unknown_path_is_404_and_an_unknown_source_says_so() {
    let hub = Hub::open();

    for path in [
        "/",
        "/channels.list/",
        "/channels.lists",
        "/x/../channels.list",
        "/%00",
    ] {
        hub.post(path, &json!({})).await.is_error(404, "not_found");
    }
    for path in [
        "/channels.telegram.connect",
        "/channels.telegram.disconnect",
        "/channels.sms.plain.explore",
        "/channels..connect",
    ] {
        hub.post(path, &json!({}))
            .await
            .is_error(404, "unknown_source");
    }
}

#[tokio::test]
async fn another_method_is_405_and_allow_names_the_right_one() {
    let hub = Hub::open();

    for (method, path, allow) in [
        (Method::GET, "/channels.list", "POST"),
        (Method::HEAD, "/channels.list", "POST"),
        (Method::PUT, "/channels.page.connect", "POST"),
        (Method::OPTIONS, "/channels.page.disconnect", "POST"),
        (Method::POST, "/health", "GET,HEAD"),
        (Method::DELETE, "/openapi.json", "GET,HEAD"),
        (Method::PUT, "/page", "GET,HEAD,POST"),
    ] {
        let answer = hub.send(request(method.clone(), path)).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        if method != Method::HEAD {
            answer.is_error(405, "method_not_allowed");
        }
    }
}

#[tokio::test]
async fn every_answer_has_an_id_and_is_neither_kept_nor_guessed_at() {
    let hub = Hub::open();

    for (path, status) in [("/channels.list", 200), ("/nothing", 404), ("/health", 405)] {
        let answer = hub.post(path, &json!({})).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-request-id").unwrap().len(), 36);
    }
}

#[tokio::test]
async fn answers_to_the_hub_s_users_say_how_long_they_took_and_others_do_not() {
    let hub = Hub::open();

    let answer = hub.post("/channels.list", &json!({})).await;
    let said = answer.header("server-timing").unwrap().to_owned();
    let milliseconds: f64 = said.strip_prefix("total;dur=").unwrap().parse().unwrap();
    assert!(milliseconds > 0.0, "{said}");

    for path in ["/health", "/facebook"] {
        let answer = hub.send(request(Method::GET, path)).await;
        assert_eq!(answer.header("server-timing"), None, "{path}");
    }
}

#[tokio::test]
async fn the_caller_s_id_is_kept_if_it_is_usable() {
    let hub = Hub::open();
    let sent = |id: &str, path: &str| {
        let mut request = post(path, "{}");
        request
            .headers_mut()
            .insert("x-request-id", id.parse().unwrap());
        request
    };

    for path in ["/channels.list", "/nothing"] {
        let answer = hub.send(sent("caller-1", path)).await;
        assert_eq!(answer.header("x-request-id"), Some("caller-1"));
    }
    let answer = hub.send(sent("two words", "/nothing")).await;
    assert_ne!(answer.json()["request_id"], "two words");
}

#[tokio::test]
async fn health_is_ok_while_the_store_works() {
    let hub = Hub::open();

    let answer = hub.get("/health").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (200, json!({ "status": "ok" }))
    );
    let head = hub.send(request(Method::HEAD, "/health")).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
}
