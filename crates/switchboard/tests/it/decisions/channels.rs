//! Channels: ids, upserts, the list.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::TestHub;
use crate::on_both_stores;

async fn connect_site(hub: &TestHub, name: &str) -> Value {
    hub.call("/channels.chatplugin.connect", json!({"name": name}))
        .await
}

fn page(token: &str) -> Value {
    json!({"page_id": "fb-page-id-1", "page_token": token})
}

on_both_stores! {
    /// Worked out by hand: SHA-1 of `chatpluginwebsite-identifier-42`, `googlegbm-id` and
    /// `twilio.whatsappwhatsapp:+491234567`, first 16 bytes, version and variant set.
    async fn ids_are_derived_from_source_and_account(hub: TestHub) {
        let google = json!({"gbm_id": "gbm-id", "name": "a location"});
        let whatsapp = json!({"phone_number": "+491234567"});
        for (path, request, id) in [
            ("/channels.chatplugin.connect", json!({"name": "website-identifier-42"}), CHATPLUGIN_ID),
            ("/channels.google.connect", google, GOOGLE_ID),
            ("/channels.twilio.whatsapp.connect", whatsapp, TWILIO_WHATSAPP_ID),
        ] {
            assert_eq!(hub.call(path, request).await["id"], id, "{path}");
        }
    }

    async fn connecting_a_name_twice_is_one_channel(hub: TestHub) {
        let first = connect_site(&hub, "site").await;
        let second = connect_site(&hub, "site").await;

        assert_eq!(first, second);
        assert_eq!(hub.call("/channels.list", json!({})).await, json!({"data": [first]}));
    }

    async fn connecting_again_renews_metadata_and_keeps_id_and_place(hub: TestHub) {
        let first = hub.call("/channels.facebook.connect", page("authentication token")).await;
        hub.clock.advance(Duration::from_secs(1));
        let site = connect_site(&hub, "site").await;
        hub.clock.advance(Duration::from_secs(1));
        let mut renamed = page("authentication token");
        renamed["name"] = json!("renamed");

        let again = hub.call("/channels.facebook.connect", renamed).await;

        assert_eq!(again["id"], first["id"]);
        assert_eq!(again["metadata"]["name"], "renamed");
        assert_eq!(hub.call("/channels.list", json!({})).await, json!({"data": [again, site]}));
    }

    async fn a_disconnected_channel_is_turned_on_again(hub: TestHub) {
        let first = hub.call("/channels.facebook.connect", page("authentication token")).await;
        let id = json!({"channel_id": first["id"]});
        assert_eq!(hub.post("/channels.facebook.disconnect", id.clone()).await.status, 202);
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_none());

        let again = hub.call("/channels.facebook.connect", page("authentication token")).await;

        assert_eq!(again, first);
        assert!(hub.sandbox.meta.page_subscription("fb-page-id-1").is_some());
    }

    async fn the_list_has_every_channel_and_filters_by_source_and_connected(hub: TestHub) {
        let mut sites = Vec::new();
        for name in ["c", "a", "b"] {
            sites.push(connect_site(&hub, name).await);
            hub.clock.advance(Duration::from_secs(1));
        }
        let off = json!({"channel_id": sites[1]["id"]});
        assert_eq!(hub.post("/channels.chatplugin.disconnect", off).await.status, 202);
        sites[1]["connected"] = json!(false);
        let list = async |filter: Value| hub.call("/channels.list", filter).await["data"].clone();

        assert_eq!(list(json!({})).await, json!(sites));
        assert_eq!(list(json!({"connected": true})).await, json!([sites[0], sites[2]]));
        assert_eq!(list(json!({"connected": false})).await, json!([sites[1]]));
        assert_eq!(list(json!({"source": "chatplugin", "connected": false})).await, json!([sites[1]]));
        assert_eq!(list(json!({"source": "facebook"})).await, json!([]));
        assert_eq!(list(json!({"source": "fax"})).await, json!([]));
    }

    async fn channels_of_one_moment_are_listed_by_id(hub: TestHub) {
        let mut ids = Vec::new();
        for number in 0..20 {
            ids.push(connect_site(&hub, &number.to_string()).await["id"].as_str().unwrap().to_owned());
        }
        ids.sort();

        let listed = hub.call("/channels.list", json!({})).await;

        let listed: Vec<_> =
            listed["data"].as_array().unwrap().iter().map(|channel| channel["id"].as_str().unwrap()).collect();
        assert_eq!(listed, ids);
    }

    async fn an_update_changes_only_what_it_names(hub: TestHub) {
        let image = json!({"name": "site", "image_url": "https://example.org/a.png"});
        let channel = hub.call("/channels.chatplugin.connect", image).await;

        let update = json!({"channel_id": channel["id"], "name": "Our site"});
        let renamed = hub.call("/channels.update", update).await;

        assert_eq!(renamed["metadata"], json!({"name": "Our site", "image_url": "https://example.org/a.png"}));
        assert_eq!(renamed["source_channel_id"], "site");
        let nothing = hub.call("/channels.update", json!({"channel_id": channel["id"]})).await;
        assert_eq!(nothing, renamed);
    }

    async fn every_change_is_announced_once_in_its_order(hub: TestHub) {
        let channel = connect_site(&hub, "site").await;
        let renamed = hub.call("/channels.update", json!({"channel_id": channel["id"], "name": "new"})).await;
        hub.call("/channels.update", json!({"channel_id": channel["id"], "name": "new"})).await;
        let id = json!({"channel_id": channel["id"]});
        hub.post("/channels.chatplugin.disconnect", id.clone()).await;
        hub.post("/channels.chatplugin.disconnect", id).await;
        let mut gone = renamed.clone();
        gone["connected"] = json!(false);

        let events = hub.events().await;

        let payloads: Vec<Value> =
            events.iter().map(told).collect();
        assert_eq!(payloads, [channel, renamed, gone]);
        assert!(events.iter().all(|event| event.kind.as_str() == "channel.updated"));
    }

    async fn a_name_is_always_there_and_the_providers_is_taken_if_none_is_given(hub: TestHub) {
        for (source, request) in crate::specification::every_source() {
            let channel = hub.call(&format!("/channels.{source}.connect"), request).await;

            assert!(channel["metadata"]["name"].as_str().is_some_and(|name| !name.is_empty()), "{channel}");
        }
    }
}

const CHATPLUGIN_ID: &str = "88b93949-a32f-502c-b56a-67c877c01ba5";
const GOOGLE_ID: &str = "bda330b6-7049-5190-93af-d5b16b03dd19";
const TWILIO_WHATSAPP_ID: &str = "7fd34ed2-88ae-5797-950d-9ff8a93e6ea2";

fn told(event: &switchboard_domain::Event) -> Value {
    match &event.body {
        switchboard_domain::EventBody::Told(json) => serde_json::from_str(json.as_str()).unwrap(),
        switchboard_domain::EventBody::About(id) => panic!("the event says only {id}"),
    }
}
