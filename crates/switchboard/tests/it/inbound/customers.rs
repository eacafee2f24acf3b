//! Customers of the simulated providers write to channels that were connected as users connect them.

use serde_json::{Value, json};
use switchboard_sandbox::{Act, Customer, MediaKind, Source};

use crate::harness::TestHub;
use crate::on_both_stores;

async fn connect_everything(hub: &TestHub) {
    for (source, request) in crate::specification::every_source() {
        hub.call(&format!("/channels.{source}.connect"), request)
            .await;
    }
}

async fn last_message(hub: &TestHub, source: &str) -> Value {
    let filters = format!("source:{source}");
    let listed = hub
        .call("/conversations.list", json!({"filters": filters}))
        .await;
    listed["data"][0].clone()
}

on_both_stores! {
    async fn a_customer_of_each_source_is_heard(hub: TestHub) {
        connect_everything(&hub).await;

        for (customer_of, source) in [
            (Source::Facebook, "facebook"),
            (Source::Instagram, "instagram"),
            (Source::WhatsApp, "whatsapp"),
            (Source::Google, "google"),
            (Source::TwilioSms, "twilio.sms"),
            (Source::TwilioWhatsApp, "twilio.whatsapp"),
            (Source::Viber, "viber"),
            (Source::Chatplugin, "chatplugin"),
        ] {
            let said = hub.sandbox.say(customer_of, "hello").await.unwrap();
            assert!(said.is_accepted(), "{source}: {said:?}");
            hub.applied().await;
            let conversation = last_message(&hub, source).await;
            assert_eq!(conversation["last_message"]["from_contact"], true, "{source}: {conversation}");
        }
        let found = hub.call("/conversations.list", json!({"filters": "text:hello"})).await;
        assert_eq!(found["pagination_data"]["total"], 8, "{found}");
        assert!(hub.sandbox.violations().is_empty(), "{:?}", hub.sandbox.violations());
    }

    async fn reactions_edits_and_withdrawals_follow_their_message(hub: TestHub) {
        connect_everything(&hub).await;
        let ada = Customer::of(Source::WhatsApp);
        hub.sandbox.say(ada.clone(), "hello").await.unwrap();

        hub.sandbox.act(ada.clone(), Act::React { to: None, emoji: "❤️".to_owned() }).await.unwrap();
        hub.applied().await;
        let message = last_message(&hub, "whatsapp").await["last_message"].clone();
        assert_eq!(message["metadata"]["reaction"]["emoji"], "❤️", "{message}");

        hub.clock.advance(std::time::Duration::from_secs(5));
        hub.sandbox.act(ada, Act::Unreact { to: None }).await.unwrap();
        hub.applied().await;
        let message = last_message(&hub, "whatsapp").await["last_message"].clone();
        assert_eq!(message["metadata"].get("reaction"), None, "{message}");
    }

    async fn a_customer_is_asked_for_their_name_once(hub: TestHub) {
        connect_everything(&hub).await;

        hub.sandbox.say(Source::Facebook, "hello").await.unwrap();
        hub.applied().await;

        loop {
            let conversation = last_message(&hub, "facebook").await;
            if conversation["metadata"]["contact"]["fetch_state"] == "ok" {
                assert_eq!(conversation["metadata"]["contact"]["display_name"], "Ada Lovelace");
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    async fn a_picture_is_copied_and_shown_from_here(hub: TestHub) {
        connect_everything(&hub).await;
        hub.sandbox.act(Source::WhatsApp, Act::media(MediaKind::Image)).await.unwrap();
        hub.applied().await;

        let shown = loop {
            let message = last_message(&hub, "whatsapp").await["last_message"].clone();
            let shown = message["content"]["image"]["id"].as_str().expect("an image").to_owned();
            if shown.contains("/media/") {
                break shown;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        };

        let path = shown.strip_prefix(&hub.url).expect("the hub's own address");
        let file = hub.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(file.status(), 200);
        assert!(!file.bytes().await.unwrap().is_empty());
    }
}
