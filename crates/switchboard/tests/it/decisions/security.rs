//! Secrets stay secret, and browsers of strangers stay out.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, StoreKind, TestHub};
use crate::on_both_stores;

/// What the sandbox's accounts are reached with; none of it may ever be seen again.
fn canaries(hub: &TestHub) -> Vec<String> {
    let sandbox = &hub.sandbox;
    let mut canaries = vec![
        "authentication token".to_owned(),
        "user access token".to_owned(),
    ];
    canaries.extend(
        sandbox
            .meta
            .page_token("authentication token", "fb-page-id-1"),
    );
    canaries.extend(sandbox.settings().into_iter().filter_map(|(name, value)| {
        let is_secret = ["app_secret", "auth_token", "partner_key", "webhook_secret"];
        is_secret
            .iter()
            .any(|key| name.ends_with(key))
            .then_some(value)
    }));
    canaries
}

on_both_stores! {
    /// P24: connecting, refusing, listing, updating and disconnecting show no token anywhere.
    async fn a_token_is_in_no_answer_and_in_no_event(hub: TestHub) {
        let mut seen = String::new();
        for (source, request) in crate::specification::every_source() {
            let answer = hub.post(&format!("/channels.{source}.connect"), request).await;
            seen.push_str(&answer.text);
        }
        let bad = json!({"page_id": "fb-page-id-1", "page_token": "authentication token2"});
        seen.push_str(&hub.post("/channels.facebook.connect", bad).await.text);
        seen.push_str(&hub.post("/channels.list", json!({})).await.text);
        for event in hub.events().await {
            write!(seen, "{:?}", event.body).unwrap();
        }
        let metrics = Answer::read(hub.request(Method::GET, "/metrics").send().await.unwrap()).await;
        seen.push_str(&metrics.text);

        for canary in canaries(&hub) {
            assert!(!seen.contains(&canary), "{canary} was shown");
        }
    }

    async fn what_was_sealed_with_another_key_is_said_so(hub: TestHub) {
        let page = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
        let channel = hub.call("/channels.facebook.connect", page).await;
        let other = [("security.secret_key", "b3RoZXIga2V5IG90aGVyIGtleSBvdGhlciBrZXkgISE=")];
        let hub = hub.restart(&other).await;

        let id = json!({"channel_id": channel["id"]});
        let error = hub.post("/channels.facebook.disconnect", id).await.error(500, "credentials_unreadable");
        assert!(error["message"].as_str().unwrap().contains("security.secret_key"), "{error}");
        let forced = json!({"channel_id": channel["id"], "force": true});
        assert_eq!(hub.post("/channels.facebook.disconnect", forced).await.status, 202);
    }
}

/// P23 and P24: neither while connected nor after disconnecting does a clear token lie in the
/// database's files, its write-ahead log included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_of_the_database_holds_a_clear_token() {
    let hub = TestHub::start(StoreKind::Sqlite).await;
    let canaries = canaries(&hub);
    let mut channels = Vec::new();
    for (source, request) in crate::specification::every_source() {
        channels.push((
            source,
            hub.call(&format!("/channels.{source}.connect"), request)
                .await,
        ));
    }
    scan(&hub.store.files(), &canaries);
    for (source, channel) in channels {
        hub.post(
            &format!("/channels.{source}.disconnect"),
            json!({"channel_id": channel["id"]}),
        )
        .await;
    }
    scan(&hub.store.files(), &canaries);
    let store = hub.stop().await;
    scan(&store.files(), &canaries);
}

fn scan(files: &[std::path::PathBuf], canaries: &[String]) {
    assert!(!files.is_empty());
    for file in files {
        let bytes = std::fs::read(file).expect("the test may read it");
        for canary in canaries {
            let found = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} lies in {}", file.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_allowed_origins_may_call_from_a_browser() {
    let allowed = [("security.allowed_origins", "https://console.example.org")];
    let hub = TestHub::start_with(StoreKind::Sqlite, &allowed).await;
    for (origin, granted) in [
        ("https://console.example.org", true),
        ("https://evil.example.org", false),
    ] {
        let request = hub
            .request(Method::OPTIONS, "/channels.list")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let answer = Answer::read(request.send().await.unwrap()).await;

        let echoed = answer.header("access-control-allow-origin");
        assert_eq!(echoed, granted.then_some(origin));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_name_resolves_to_loopback_is_not_let_in() {
    let hub = TestHub::start(StoreKind::Sqlite).await;

    let request = hub
        .request(Method::POST, "/channels.list")
        .header("host", "rebound.example.org");
    let answer = Answer::read(request.send().await.unwrap()).await;

    answer.error(403, "host_not_allowed");
}
