//! Many requests at once, on one hub and on several.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_sandbox::Fault;

use crate::harness::{StoreKind, TestHub};
use crate::on_both_stores;

fn page() -> Value {
    json!({"page_id": "fb-page-id-1", "page_token": "authentication token"})
}

fn instagram() -> Value {
    json!({"page_id": "fb-page-id-1", "account_id": "ig-account-id", "page_token": "authentication token"})
}

/// The provider's side agrees with the store: subscribed if and only if a connected channel uses it.
async fn agree(hub: &TestHub) {
    let listed = hub.call("/channels.list", json!({"connected": true})).await;
    let is_used = !listed["data"].as_array().expect("a list").is_empty();
    let is_subscribed = hub.sandbox.meta.page_subscription("fb-page-id-1").is_some();
    assert_eq!(
        is_subscribed, is_used,
        "provider and store disagree: {listed}"
    );
}

/// Connects and disconnects one page 64 times at once, over all `hubs`.
async fn storm(hubs: &[Arc<TestHub>]) {
    let channel = hubs[0].call("/channels.facebook.connect", page()).await;
    let other = hubs[0]
        .call("/channels.instagram.connect", instagram())
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..64_usize {
        let hub = Arc::clone(&hubs[number % hubs.len()]);
        let (channel, other) = (channel["id"].clone(), other["id"].clone());
        tasks.spawn(async move {
            match number % 8 {
                0 | 1 => hub.post("/channels.facebook.connect", page()).await,
                2 | 3 => hub.post("/channels.instagram.connect", instagram()).await,
                4 | 5 => {
                    hub.post(
                        "/channels.facebook.disconnect",
                        json!({"channel_id": channel}),
                    )
                    .await
                }
                _ => {
                    hub.post(
                        "/channels.instagram.disconnect",
                        json!({"channel_id": other}),
                    )
                    .await
                }
            }
        });
    }
    for answer in tasks.join_all().await {
        assert!(
            matches!(answer.status, 200 | 202 | 409),
            "{}: {}",
            answer.status,
            answer.text
        );
    }
}

on_both_stores! {
    async fn connects_and_disconnects_of_one_account_never_end_in_a_mixed_state(hub: TestHub) {
        let hub = Arc::new(hub);
        for _round in 0..3 {
            storm(std::slice::from_ref(&hub)).await;

            agree(&hub).await;
        }
    }

    async fn what_many_clients_connect_at_once_is_all_there(hub: TestHub) {
        let hub = Arc::new(hub);
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..256 {
            let hub = Arc::clone(&hub);
            tasks.spawn(async move {
                let request = json!({"name": format!("site {}", number % 200)});
                hub.call("/channels.chatplugin.connect", request).await["id"].clone()
            });
        }
        let acknowledged = tasks.join_all().await;

        let listed = hub.call("/channels.list", json!({})).await;
        let listed: Vec<_> = listed["data"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect();
        assert_eq!(listed.len(), 200);
        assert!(acknowledged.iter().all(|id| listed.contains(id)));
        assert_eq!(hub.events().await.len(), 256);
    }

    async fn each_list_holds_what_was_acknowledged_before_it_was_asked_for(hub: TestHub) {
        let hub = Arc::new(hub);
        let mut tasks = tokio::task::JoinSet::new();
        for client in 0..16 {
            let hub = Arc::clone(&hub);
            tasks.spawn(async move {
                for number in 0..12 {
                    let request = json!({"name": format!("{client}/{number}")});
                    let id = hub.call("/channels.chatplugin.connect", request).await["id"].clone();
                    let listed = hub.call("/channels.list", json!({})).await;
                    let found = listed["data"].as_array().unwrap().iter().any(|c| c["id"] == id);
                    assert!(found, "{client}/{number} is missing");
                }
            });
        }
        tasks.join_all().await;
    }

    /// A time-out of the caller must not leave an account half connected.
    async fn a_caller_who_hangs_up_changes_nothing_about_the_outcome(hub: TestHub) {
        hub.sandbox.meta.fail_times("subscribe_page", Fault::SlowAfterEffect(Duration::from_secs(30)), 1);
        let request = hub.request(reqwest::Method::POST, "/channels.facebook.connect").json(&page());
        let caller = tokio::spawn(request.send());
        hub.sandbox.meta.wait_for_calls("subscribe_page", 1).await;
        caller.abort();
        hub.sandbox.meta.release();

        let again = hub.call("/channels.facebook.connect", page()).await;

        assert_eq!(again["connected"], true);
        agree(&hub).await;
        assert_eq!(hub.events().await.len(), 2, "the abandoned request went on to its end");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hubs_on_one_database_never_end_in_a_mixed_state() {
    let one = Arc::new(TestHub::start(StoreKind::Postgres).await);
    let two = Arc::new(one.second().await);
    for _round in 0..3 {
        storm(&[Arc::clone(&one), Arc::clone(&two)]).await;

        agree(&one).await;
        agree(&two).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_hub_acknowledged_is_in_the_list_of_the_other_at_once() {
    let one = TestHub::start(StoreKind::Postgres).await;
    let two = one.second().await;
    for number in 0..50 {
        let (writes, reads) = if number % 2 == 0 {
            (&one, &two)
        } else {
            (&two, &one)
        };
        let request = json!({"name": number.to_string()});
        let channel = writes.call("/channels.chatplugin.connect", request).await;

        let listed = reads.call("/channels.list", json!({})).await;
        assert!(
            listed["data"].as_array().unwrap().contains(&channel),
            "{number}"
        );
    }
}

/// A node that was suspended for longer than its claim holds comes back to find that another one has
/// cleaned up behind it: it must not store what the other has undone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_outlives_its_claim_stores_nothing() {
    let one = Arc::new(TestHub::start(StoreKind::Postgres).await);
    let two = one.second().await;
    let late = Fault::SlowAfterEffect(Duration::from_mins(1));
    one.sandbox.meta.fail_times("subscribe_page", late, 1);
    let suspended = Arc::clone(&one);
    let request =
        tokio::spawn(async move { suspended.post("/channels.facebook.connect", page()).await });
    one.sandbox.meta.wait_for_calls("subscribe_page", 1).await;

    one.clock.advance(Duration::from_secs(46));
    while one.sandbox.meta.page_subscription("fb-page-id-1").is_some() {
        two.engine.settle_accounts().await.unwrap();
        one.clock.advance(Duration::from_secs(3));
    }
    one.sandbox.meta.release();

    request.await.unwrap().error(409, "account_busy");
    assert_eq!(
        two.call("/channels.list", json!({})).await,
        json!({"data": []})
    );
    agree(&two).await;
}
