//! `kill -9` between what a provider did and what the hub stored: the next start settles it.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_sandbox::Fault;

use crate::harness::{Answer, Hub, Site, until, within};
use crate::on_both_stores;

const PAGE: &str = "fb-page-id-1";
/// The provider has done what was asked and takes longer to say so than anybody waits.
const ACTS_AND_IS_SILENT: Fault = Fault::SlowAfterEffect(Duration::from_mins(10));
/// More often than the hub asks again.
const ALWAYS: usize = 10;

fn page() -> Value {
    json!({"page_id": PAGE, "page_token": "authentication token"})
}

/// Makes the call that the provider carries out without saying so, and kills the hub just then.
async fn die_waiting(site: &Site, mut hub: Hub, operation: &str, call: (&str, Value)) {
    let (path, body) = call;
    let meta = &site.sandbox.meta;
    meta.forget_calls();
    meta.fail_times(operation, ACTS_AND_IS_SILENT, ALWAYS);
    let request = hub.client.post(format!("{}{path}", hub.url)).json(&body);
    let caller = tokio::spawn(Answer::of(request));
    within("the provider acts", meta.wait_for_calls(operation, 1)).await;

    hub.process.kill();

    let answer = caller.await.expect("the caller does not panic");
    assert!(answer.is_err(), "nothing was acknowledged: {answer:?}");
    meta.clear_faults();
    meta.forget_calls();
    site.let_claims_expire();
}

on_both_stores! {
    async fn a_connect_that_died_before_its_commit_is_undone_at_the_provider(site: Site) {
        let meta = &site.sandbox.meta;
        let hub = site.start().await;
        die_waiting(&site, hub, "subscribe_page", ("/channels.facebook.connect", page())).await;
        assert!(meta.page_subscription(PAGE).is_some(), "the provider has done its part");

        let hub = site.start().await;

        site.looks_at_once(&hub).await;
        within("the hub settles", meta.wait_for_calls("unsubscribe_page", 1)).await;
        assert!(meta.page_subscription(PAGE).is_none(), "nobody was told that it is connected");
        assert_eq!(hub.channels().await, Vec::<Value>::new());

        let connected = hub.call("/channels.facebook.connect", &page()).await;
        assert_eq!(hub.channels().await, [connected], "connecting works as if nothing had been");
        assert!(meta.page_subscription(PAGE).is_some());
    }

    async fn a_disconnect_that_died_before_its_commit_is_undone_at_the_provider(site: Site) {
        let meta = &site.sandbox.meta;
        let hub = site.start().await;
        let connected = hub.call("/channels.facebook.connect", &page()).await;
        let subscribed = meta.page_subscription(PAGE);
        let id = json!({"channel_id": connected["id"]});
        die_waiting(&site, hub, "unsubscribe_page", ("/channels.facebook.disconnect", id.clone())).await;
        assert!(meta.page_subscription(PAGE).is_none(), "the provider has done its part");

        let hub = site.start().await;

        site.looks_at_once(&hub).await;
        within("the hub settles", meta.wait_for_calls("subscribe_page", 1)).await;
        assert_eq!(meta.page_subscription(PAGE), subscribed, "nobody was told that it is disconnected");
        assert_eq!(hub.channels().await, [connected]);

        let answer = hub.post("/channels.facebook.disconnect", &id).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert!(meta.page_subscription(PAGE).is_none());
    }

    async fn connecting_again_that_died_leaves_the_account_connected_and_subscribed(site: Site) {
        let meta = &site.sandbox.meta;
        let hub = site.start().await;
        let connected = hub.call("/channels.facebook.connect", &page()).await;
        let mut renamed = page();
        renamed["name"] = json!("another name");
        die_waiting(&site, hub, "subscribe_page", ("/channels.facebook.connect", renamed)).await;

        let hub = site.start().await;

        site.looks_at_once(&hub).await;
        within("the hub settles", meta.wait_for_calls("subscribe_page", 1)).await;
        assert!(meta.page_subscription(PAGE).is_some());
        assert_eq!(hub.channels().await, [connected], "the state from before");
    }

    async fn settling_is_tried_again_until_the_provider_is_back(site: Site) {
        let meta = &site.sandbox.meta;
        let hub = site.start().await;
        die_waiting(&site, hub, "subscribe_page", ("/channels.facebook.connect", page())).await;
        // The first attempt, which asks three times, finds the provider down.
        meta.fail_times("unsubscribe_page", Fault::ServerError(503), 3);

        let hub = site.start().await;

        site.looks_at_once(&hub).await;
        within("the hub settles", meta.wait_for_calls("unsubscribe_page", 4)).await;
        until("the page is unsubscribed", async || meta.page_subscription(PAGE).is_none()).await;
        assert_eq!(hub.channels().await, Vec::<Value>::new());
    }
}
