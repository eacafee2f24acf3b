//! What is counted.

use serde_json::json;

use crate::hub::{Hub, request};

async fn scrape(hub: &Hub) -> String {
    let answer = hub.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    String::from_utf8(answer.body.to_vec()).unwrap()
}

#[tokio::test]
async fn requests_are_counted_and_timed_by_endpoint_method_and_status() {
    let hub = Hub::open();
    hub.post("/channels.update", &json!({})).await;

    let text = scrape(&hub).await;

    for wanted in [
        "switchboard_http_requests_total{endpoint=\"/channels.update\",method=\"POST\",status=\"400\"} ",
        "switchboard_http_request_seconds_bucket{endpoint=\"/channels.update\",le=\"0.001\"} ",
        "# TYPE switchboard_http_requests_in_flight gauge",
        "# HELP switchboard_store_batch_units ",
        "switchboard_store_batch_units_bucket{le=\"256\"} ",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
}

#[tokio::test]
async fn no_path_or_method_of_a_caller_becomes_a_label() {
    let hub = Hub::open();
    hub.get("/invented-path").await;
    let method = "INVENTED".parse().unwrap();
    hub.send(request(method, "/channels.info")).await;

    let text = scrape(&hub).await;

    assert!(!text.to_lowercase().contains("invented"), "{text}");
    for wanted in [
        "switchboard_http_requests_total{endpoint=\"unmatched\",method=\"GET\",status=\"404\"} ",
        "switchboard_http_requests_total{endpoint=\"/channels.info\",method=\"other\",status=\"405\"} ",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
}

#[tokio::test]
async fn a_caller_who_does_not_wait_is_counted_as_such() {
    let hub = Hub::open();
    let body = json!({ "account": "7", "token": "t", "do": "wait" });

    tokio::select! {
        biased;
        _ = hub.post("/channels.sms.plain.connect", &body) => panic!("it was told to wait"),
        () = tokio::task::yield_now() => {}
    }

    let wanted = "switchboard_http_requests_total{endpoint=\"/channels.sms.plain.connect\",method=\"POST\",status=\"aborted\"} 1";
    assert!(scrape(&hub).await.contains(wanted));
}
