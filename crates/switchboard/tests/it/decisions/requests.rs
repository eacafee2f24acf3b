//! Requests and answers.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, StoreKind, TestHub};
use crate::on_both_stores;

async fn send(
    hub: &TestHub,
    method: Method,
    path: &str,
    body: &[u8],
    media: Option<&str>,
) -> Answer {
    let mut request = hub.request(method, path).body(body.to_vec());
    if let Some(media) = media {
        request = request.header("content-type", media);
    }
    Answer::read(request.send().await.expect("the hub answers")).await
}

on_both_stores! {
    async fn a_missing_or_empty_body_counts_as_an_empty_object(hub: TestHub) {
        let media = Some("application/json");
        for answer in [
            send(&hub, Method::POST, "/channels.list", b"", media).await,
            send(&hub, Method::POST, "/channels.list", b"", None).await,
            send(&hub, Method::POST, "/channels.list", b"{}", media).await,
            send(&hub, Method::POST, "/channels.list", b" \n", media).await,
        ] {
            assert_eq!((answer.status, answer.json()), (200, json!({"data": []})));
        }
        assert_eq!(send(&hub, Method::POST, "/channels.viber.connect", b"", None).await.status, 200);
    }

    async fn unknown_fields_are_ignored(hub: TestHub) {
        let request = json!({"name": "site", "colour": {"red": [1]}, "connected": "perhaps"});

        let channel = hub.call("/channels.chatplugin.connect", request).await;

        assert_eq!(channel["metadata"], json!({"name": "site"}));
    }

    async fn another_method_is_405_with_allow(hub: TestHub) {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = send(&hub, method, "/channels.list", b"", None).await;

            answer.error(405, "method_not_allowed");
            assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")));
        }
    }

    async fn an_unknown_path_is_404(hub: TestHub) {
        for (path, code) in [
            ("/", "not_found"),
            ("/channels.everything", "not_found"),
            ("/channels.list/", "not_found"),
            ("/channels.google.explore", "unknown_source"),
            ("/channels.fax.connect", "unknown_source"),
            ("/channels.fax.disconnect", "unknown_source"),
        ] {
            send(&hub, Method::POST, path, b"{}", Some("application/json")).await.error(404, code);
        }
    }

    async fn a_wrong_media_type_is_415(hub: TestHub) {
        for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            send(&hub, Method::POST, "/channels.list", b"{}", Some(media))
                .await
                .error(415, "unsupported_media_type");
        }
        let charset = Some("application/json; charset=utf-8");
        assert_eq!(send(&hub, Method::POST, "/channels.list", b"{}", charset).await.status, 200);
    }

    async fn a_body_over_the_limit_is_413(hub: TestHub) {
        let media = Some("application/json");
        let mut body = format!("{{\"source\":\"{}\"}}", "x".repeat(1024 * 1024)).into_bytes();
        send(&hub, Method::POST, "/channels.list", &body, media).await.error(413, "body_too_large");

        body.truncate(1024);
        send(&hub, Method::POST, "/channels.list", &body, media).await.error(400, "malformed_json");
    }

    async fn bad_input_names_the_first_offending_field(hub: TestHub) {
        for (path, body, field) in [
            ("/channels.info", json!({}), "channel_id"),
            ("/channels.info", json!({"channel_id": "nonsense"}), "channel_id"),
            ("/channels.info", json!({"channel_id": null}), "channel_id"),
            ("/channels.update", json!({"name": "x"}), "channel_id"),
            ("/channels.list", json!({"connected": "yes"}), "connected"),
            ("/channels.list", json!({"source": ["facebook"]}), "source"),
            ("/channels.facebook.connect", json!({"page_token": "t"}), "page_id"),
            ("/channels.facebook.connect", json!({"page_id": "1"}), "page_token"),
            ("/channels.facebook.connect", json!({"page_id": "1", "page_token": "t", "image_url": "x"}), "image_url"),
            ("/channels.instagram.connect", json!({"page_id": "1", "page_token": "t"}), "account_id"),
            ("/channels.whatsapp.connect", json!({"phone_number_id": "1"}), "user_token"),
            ("/channels.google.connect", json!({"gbm_id": "gbm-id"}), "name"),
            ("/channels.twilio.sms.connect", json!({"phone_number": "491234567"}), "phone_number"),
            ("/channels.twilio.whatsapp.connect", json!({"phone_number": null}), "phone_number"),
            ("/channels.chatplugin.connect", json!({"name": "  "}), "name"),
            ("/channels.facebook.disconnect", json!({}), "channel_id"),
            ("/channels.facebook.explore", json!({}), "auth_token"),
        ] {
            let error = hub.post(path, body).await.error(400, "invalid_request");

            assert_eq!(error["field"], field, "{path}: {error}");
        }
        assert_eq!(hub.call("/channels.list", json!({})).await, json!({"data": []}));
    }

    async fn a_body_that_is_not_json_is_400(hub: TestHub) {
        let media = Some("application/json");
        for body in [&b"{"[..], b"{name: 'x'}", b"[1", b"\xff\xfe", b"{\"a\":\"\xc3\x28\"}"] {
            send(&hub, Method::POST, "/channels.list", body, media).await.error(400, "malformed_json");
        }
        let bomb = "[".repeat(100_000);
        send(&hub, Method::POST, "/channels.list", bomb.as_bytes(), media).await.error(400, "malformed_json");
    }

    async fn an_unknown_id_is_404_but_400_for_disconnect(hub: TestHub) {
        let unknown = json!({"channel_id": "0686be1a-84e3-5135-9960-3269161887e5"});

        hub.post("/channels.info", unknown.clone()).await.error(404, "unknown_channel");
        hub.post("/channels.update", unknown.clone()).await.error(404, "unknown_channel");
        hub.post("/channels.viber.disconnect", unknown).await.error(400, "unknown_channel");
    }

    async fn a_callers_request_id_is_kept(hub: TestHub) {
        let request = hub.request(Method::POST, "/channels.info").header("x-request-id", "mine-42");
        let answer = Answer::read(request.send().await.unwrap()).await;

        let error = answer.error(400, "invalid_request");
        assert_eq!(error["request_id"], "mine-42");
        let other = hub.post("/channels.list", json!({})).await;
        assert_eq!(other.header("x-request-id").map(str::len), Some(36));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_required_where_one_is_configured() {
    let token = [("security.system_token", "s3cret-token")];
    let hub = TestHub::start_with(StoreKind::Sqlite, &token).await;
    for (header, status) in [
        (None, 403),
        (Some("Bearer wrong"), 403),
        (Some("s3cret-toke"), 403),
        (Some("Bearer s3cret-token"), 200),
        (Some("s3cret-token"), 200),
    ] {
        let mut request = hub.request(Method::POST, "/channels.list");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let answer = Answer::read(request.send().await.unwrap()).await;

        assert_eq!(answer.status, status, "{header:?}: {}", answer.text);
        if status == 403 {
            answer.error(403, "unauthorized");
        }
    }
    let health = Answer::read(hub.request(Method::GET, "/health").send().await.unwrap()).await;
    assert_eq!(health.status, 200);
}
