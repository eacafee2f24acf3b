//! Callers with tokens of their own: visitors of the web chat, and custom sources.

use std::collections::BTreeSet;

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use switchboard_api::{ApiOptions, Origin};
use switchboard_domain::Secret;

use crate::hub::{Answer, Hub, bearing, options, post};
use crate::obedient;

const HUB_TOKEN: &str = "s3cret";
const CONSOLE: &str = "https://console.example.com";
const SHOP: &str = "https://shop.example";

fn hub() -> Hub {
    Hub::with(ApiOptions {
        system_token: Some(Secret::new(HUB_TOKEN)),
        allowed_origins: vec![Origin::parse(CONSOLE).unwrap()],
        ..options()
    })
}

async fn call(hub: &Hub, token: &str, path: &str, body: Value) -> Answer {
    hub.send(bearing(token, post(path, body.to_string()))).await
}

/// What a visitor of a channel of the web chat calls with.
async fn visitor(hub: &Hub) -> String {
    let body = json!({ "account": "site", "token": "t" });
    let channel = call(hub, HUB_TOKEN, "/channels.chatplugin.connect", body).await;
    let body = json!({ "channelId": channel.json()["id"] });
    let visit = hub.post("/chatplugin.authenticate", &body).await;
    assert_eq!(visit.status, 200, "{visit:?}");
    visit.json()["token"].as_str().unwrap().to_owned()
}

/// What a custom source calls with.
async fn source(hub: &Hub) -> String {
    let body = json!({ "source_id": "forum" });
    let source = call(hub, HUB_TOKEN, "/sources.create", body).await;
    source.json()["token"].as_str().unwrap().to_owned()
}

/// Every path to which the hub's own token is no condition, for a caller with this one.
async fn open_to(hub: &Hub, token: Option<&str>) -> BTreeSet<String> {
    let description =
        serde_json::to_value(switchboard_api::openapi(obedient::ALL, "1.2.3")).unwrap();
    let mut open = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        if item["post"].is_null() {
            continue;
        }
        let request = post(path, "{}");
        let request = match token {
            Some(token) => bearing(token, request),
            None => request,
        };
        let answer = hub.send(request).await;
        let wants_the_hubs = answer.status == 403
            && answer.json()["message"]
                == "The request needs the hub's system token; send it as `Authorization: Bearer \
                    <token>`.";
        if !wants_the_hubs {
            open.insert(path.clone());
        }
    }
    open
}

#[tokio::test]
async fn only_what_visitors_sources_and_providers_call_is_open_without_the_hub_s_token() {
    let hub = hub();
    let open: BTreeSet<_> = [
        "/chatplugin.authenticate",
        "/chatplugin.resumeToken",
        "/chatplugin.send",
        "/media.upload",
        "/media.uploadFile",
        "/page",
        "/sources.channels.create",
        "/sources.channels.disconnect",
        "/sources.channels.list",
        "/sources.webhook",
    ]
    .map(str::to_owned)
    .into();

    assert_eq!(open_to(&hub, None).await, open);
    let visitor = visitor(&hub).await;
    assert_eq!(open_to(&hub, Some(&visitor)).await, open);
    let source = source(&hub).await;
    assert_eq!(open_to(&hub, Some(&source)).await, open);
}

#[tokio::test]
async fn a_token_opens_what_it_is_for_and_nothing_else() {
    let hub = hub();
    let (visitor, source) = (visitor(&hub).await, source(&hub).await);
    let message = json!({ "message": { "text": "hello" } });
    let channel = json!({ "name": "Forum", "source_channel_id": "1" });

    let sent = call(&hub, &visitor, "/chatplugin.send", message.clone()).await;
    assert_eq!(sent.status, 200, "{sent:?}");
    // Nobody applies anything here: it is durable, and answered all the same.
    assert_eq!(sent.json()["content"], message["message"]);
    let created = call(&hub, &source, "/sources.channels.create", channel.clone()).await;
    assert_eq!(created.status, 201, "{created:?}");

    for other in [source.as_str(), HUB_TOKEN, "eyJhbGciOiJub25lIn0.e30."] {
        call(&hub, other, "/chatplugin.send", message.clone())
            .await
            .is_error(401, "invalid_token");
    }
    for other in [visitor.as_str(), HUB_TOKEN, "eyJhbGciOiJub25lIn0.e30."] {
        call(&hub, other, "/sources.channels.create", channel.clone())
            .await
            .is_error(403, "unauthorized");
    }
}

#[tokio::test]
async fn the_hub_s_own_programs_get_a_way_back_for_a_visitor_and_nobody_else_does() {
    let hub = hub();
    let visitor = visitor(&hub).await;
    let source = source(&hub).await;
    let channels = call(&hub, HUB_TOKEN, "/channels.list", json!({})).await;
    let someone = json!({
        "channelId": channels.json()["data"][0]["id"],
        "conversationId": "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c"
    });

    for token in [HUB_TOKEN, &visitor] {
        let answer = call(&hub, token, "/chatplugin.resumeToken", someone.clone()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    call(&hub, &source, "/chatplugin.resumeToken", someone.clone())
        .await
        .is_error(401, "invalid_token");
    hub.post("/chatplugin.resumeToken", &someone)
        .await
        .is_error(400, "invalid_request");
}

#[tokio::test]
async fn a_visitor_hands_a_file_in_and_everybody_with_its_address_can_have_it() {
    let hub = hub();
    let form = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n\
                hello\r\n--edge--\r\n";
    let request = Request::post("/media.upload")
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("origin", SHOP)
        .body(Body::from(form))
        .unwrap();

    let answer = hub.send(bearing(&visitor(&hub).await, request)).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), Some(SHOP));
    let url = answer.json()["media_url"].as_str().unwrap().to_owned();
    let file = hub
        .get(url.strip_prefix("http://hub.example").unwrap())
        .await;
    assert_eq!((file.status.as_u16(), &file.body[..]), (200, &b"hello"[..]));
}

async fn from(hub: &Hub, origin: &str, method: Method, path: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("content-type", "application/json");
    hub.send(request.body(Body::empty()).unwrap()).await
}

/// The origin that is allowed, and whether with credentials.
fn permission(answer: &Answer) -> (Option<&str>, Option<&str>) {
    (
        answer.header("access-control-allow-origin"),
        answer.header("access-control-allow-credentials"),
    )
}

#[tokio::test]
async fn what_visitors_call_is_called_by_pages_of_any_origin_without_credentials() {
    let hub = hub();

    for path in [
        "/chatplugin.authenticate",
        "/chatplugin.resumeToken",
        "/chatplugin.send",
        "/media.upload",
        "/media.uploadFile",
    ] {
        let asked = from(&hub, SHOP, Method::OPTIONS, path).await;
        assert_eq!(asked.status, 200, "{path}");
        assert_eq!(permission(&asked), (Some(SHOP), None), "{path}");
        let called = from(&hub, SHOP, Method::POST, path).await;
        assert!(called.status.is_client_error(), "{path}: {called:?}");
        assert_eq!(permission(&called), (Some(SHOP), None), "{path}");
        assert_eq!(called.header("vary"), Some("origin"), "{path}");
        let known = from(&hub, CONSOLE, Method::POST, path).await;
        assert_eq!(permission(&known), (Some(CONSOLE), Some("true")), "{path}");
    }
}

#[tokio::test]
async fn everything_else_is_for_pages_of_allowed_origins() {
    let hub = hub();

    for path in ["/conversations.list", "/sources.channels.list", "/page"] {
        let asked = from(&hub, SHOP, Method::OPTIONS, path).await;
        asked.is_error(403, "origin_not_allowed");
        let called = from(&hub, SHOP, Method::POST, path).await;
        for answer in [&asked, &called] {
            assert_eq!(permission(answer), (None, None), "{path}");
        }
        let known = from(&hub, CONSOLE, Method::POST, path).await;
        assert_eq!(permission(&known), (Some(CONSOLE), Some("true")), "{path}");
    }
}
