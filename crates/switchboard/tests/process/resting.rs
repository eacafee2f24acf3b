//! What a hub gives back after a busy time.

use switchboard_sandbox::{Act, Customer, Source};

use crate::harness::{Site, StoreKind, until};

const PAGE: &str = "fb-page-id-1";

/// So many are much to do.
const LETTERS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_logs_of_an_embedded_database_are_emptied_once_everything_is_applied() {
    let site = Site::create(StoreKind::Sqlite).await;
    site.connect_page(PAGE).await;
    let hub = site.start_planned(None).await;
    let logs = [
        "data/switchboard.db-wal",
        "data/switchboard-envelopes.db-wal",
    ]
    .map(|name| site.folder().join(name));
    let sizes = || {
        logs.each_ref()
            .map(|log| log.metadata().expect("the hub has the log").len())
    };

    for number in 0..LETTERS {
        let customer = Customer::of(Source::Facebook).on(PAGE);
        let act = Act::text(format!("letter {number}"));
        let letter = site
            .sandbox
            .prepare(customer, &act)
            .expect("customers write");
        let said = site.sandbox.send(&letter).await;
        assert!(said.is_accepted(), "{said:?}");
    }

    let [database, envelopes] = sizes();
    assert!(database > 0 && envelopes > 0, "there is something to empty");
    until("the database rests", async || sizes() == [0, 0]).await;
    let listed = hub
        .call("/conversations.list", &serde_json::json!({"page_size": 1}))
        .await;
    assert_eq!(listed["pagination_data"]["total"], 1, "{listed}");
}
