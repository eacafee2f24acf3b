//! SIGTERM: what is in flight is finished, nothing new is begun.

use serde_json::json;
use switchboard_sandbox::Fault;
use tokio::net::TcpStream;

use crate::harness::{Answer, Ended, until, within};
use crate::on_both_stores;

/// It did not run out of patience with any client.
fn gave_up_on_nobody(ended: &Ended) {
    let gave_up = |line: &&String| line.contains("did not finish");
    assert_eq!(ended.logged.iter().find(gave_up), None);
}

on_both_stores! {
    async fn a_request_in_flight_is_answered_before_the_hub_ends(site: Site) {
        let meta = &site.sandbox.meta;
        let hub = site.start().await;
        meta.fail_times("subscribe_page", Fault::Hang, 1);
        let body = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
        let request = hub.client.post(format!("{}/channels.facebook.connect", hub.url)).json(&body);
        let caller = tokio::spawn(Answer::of(request));
        within("the provider is asked", meta.wait_for_calls("subscribe_page", 1)).await;

        hub.process.terminate();
        let stopping = |line: &str| line.contains("stopping").then(|| line.to_owned());
        hub.process.logs("the hub says that it stops", stopping).await.expect("it does not end yet");
        let address = hub.url.trim_start_matches("http://").to_owned();
        until("new connections are refused", async || TcpStream::connect(&address).await.is_err()).await;
        assert!(!caller.is_finished(), "the provider has not answered yet");
        meta.release();

        let answer = within("the caller is answered", caller).await.expect("it does not panic");
        let answer = answer.expect("the answer is complete");
        assert_eq!(answer.status, 200, "{}", answer.text);
        let ended = hub.process.ended().await;
        assert_eq!(ended.code, Some(0), "{ended:#?}");
        gave_up_on_nobody(&ended);

        let hub = site.start().await;
        assert_eq!(hub.channels().await, [answer.json()]);
        assert!(meta.page_subscription("fb-page-id-1").is_some());
    }

    async fn a_hub_with_nothing_to_do_ends_although_clients_stay_connected(site: Site) {
        let hub = site.start().await;
        hub.channels().await;
        let address = hub.url.trim_start_matches("http://").to_owned();
        let idle = TcpStream::connect(&address).await.expect("it listens");

        let ended = hub.stop().await;

        gave_up_on_nobody(&ended);
        drop(idle);
    }
}
