//! The main road: a customer writes, and the message is in the right conversation, once.

use serde_json::{Value, json};

use super::provider::{belongs_to, connect, deliver};
use crate::harness::TestHub;
use crate::on_fixtures;
use crate::promises::bodies::{arrives, whatsapp_act, whatsapp_status, whatsapp_text};

async fn conversations(hub: &TestHub) -> Vec<Value> {
    let listed = hub.call("/conversations.list", json!({})).await;
    listed["data"].as_array().expect("a list").clone()
}

on_fixtures! {
    async fn a_text_on_whatsapp_becomes_a_conversation_with_airys_ids(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;

        let answer = deliver(&hub, "/whatsapp", "whatsapp/airy_text.json").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        hub.applied().await;

        let listed = conversations(&hub).await;
        let [conversation] = listed.as_slice() else { panic!("{listed:?}") };
        assert_eq!(conversation["id"], "5d861bfe-1da9-55ff-bace-77e8b9eddcd4");
        assert_eq!(conversation["metadata"]["contact"]["display_name"], "Ada Lovelace");
        assert_eq!(conversation["metadata"]["unread_count"], 1);
        let message = &conversation["last_message"];
        assert_eq!(message["id"], "c9673778-81a1-5771-aa26-c5c2d21020c0");
        assert_eq!(message["from_contact"], true);
        assert_eq!(message["delivery_state"], "delivered");
        assert_eq!(message["sender"]["id"], "49157123456");
    }

    async fn the_same_call_again_changes_nothing(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        deliver(&hub, "/whatsapp", "whatsapp/airy_text.json").await;
        hub.applied().await;
        let before = conversations(&hub).await;
        let events = hub.events().await.len();

        for _ in 0..3 {
            deliver(&hub, "/whatsapp", "whatsapp/airy_text.json").await;
        }
        hub.applied().await;

        assert_eq!(conversations(&hub).await, before);
        assert_eq!(hub.events().await.len(), events);
    }

    async fn what_is_for_no_account_of_ours_is_kept_and_can_be_replayed(hub: TestHub) {
        deliver(&hub, "/whatsapp", "whatsapp/airy_text.json").await;
        hub.applied().await;
        assert!(conversations(&hub).await.is_empty());
        let kept = hub.call("/envelopes.list", json!({"verdict": "unrouted"})).await;
        let id = kept["data"][0]["id"].clone();
        assert!(id.is_string(), "{kept}");
        connect(&hub, "whatsapp", "103874789095437").await;

        let dry = hub.call("/envelopes.replay", json!({"id": id, "dry_run": true})).await;
        assert_eq!(dry["new_messages"], json!(["c9673778-81a1-5771-aa26-c5c2d21020c0"]));
        assert!(conversations(&hub).await.is_empty());

        let real = hub.call("/envelopes.replay", json!({"id": id})).await;
        assert_eq!(real["verdict"], "applied");
        assert_eq!(conversations(&hub).await.len(), 1);
        let again = hub.call("/envelopes.replay", json!({"id": id})).await;
        assert_eq!((&again["new_messages"], &again["known_messages"]), (&json!([]), &json!(1)));
        let left = hub.call("/envelopes.list", json!({"verdict": "unrouted"})).await;
        assert_eq!(left["data"], json!([]));
    }

    async fn replaying_says_what_changes_and_not_what_is_there_already(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        arrives(&hub, "/whatsapp", &whatsapp_text("1", "wamid.1", 0, "hello")).await;
        hub.applied().await;
        let reaction = json!({"message_id": "wamid.1", "emoji": "❤️"});
        arrives(&hub, "/whatsapp", &whatsapp_act("1", "wamid.2", 1, ("reaction", reaction))).await;
        arrives(&hub, "/whatsapp", &whatsapp_status("1", "wamid.unknown", 2, "sent")).await;
        hub.applied().await;
        let kept = hub.call("/envelopes.list", json!({})).await;
        let ids: Vec<_> = kept["data"].as_array().expect("a list").iter().map(|kept| kept["id"].clone()).collect();
        assert_eq!(ids.len(), 3);

        for id in ids {
            for dry_run in [true, false, true] {
                let replayed = hub.call("/envelopes.replay", json!({"id": id, "dry_run": dry_run})).await;
                assert_eq!(replayed["changes"], json!({}), "{replayed}");
            }
        }
    }

    async fn a_notice_of_a_business_account_is_noted_on_each_of_its_numbers(hub: TestHub) {
        for (number, account) in [("1", "102290129340398"), ("2", "102290129340398"), ("3", "4")] {
            let channel = connect(&hub, "whatsapp", number).await;
            belongs_to(&hub, channel, &format!("meta:waba:{account}")).await;
        }

        deliver(&hub, "/whatsapp", "whatsapp/template_status_update.json").await;
        hub.applied().await;

        let listed = hub.call("/channels.list", json!({"source": "whatsapp"})).await;
        let mut noted: Vec<_> = listed["data"].as_array().expect("a list").iter()
            .map(|channel| (channel["source_channel_id"].as_str(), channel["metadata"]["message_template_status_update"]["event"].as_str()))
            .collect();
        noted.sort_unstable();
        assert_eq!(noted, [(Some("1"), Some("APPROVED")), (Some("2"), Some("APPROVED")), (Some("3"), None)]);
    }

    async fn a_notice_of_a_business_account_without_numbers_here_is_unrouted(hub: TestHub) {
        connect(&hub, "whatsapp", "1").await;

        deliver(&hub, "/whatsapp", "whatsapp/template_status_update.json").await;
        hub.applied().await;

        let kept = hub.call("/envelopes.list", json!({"verdict": "unrouted"})).await;
        assert_eq!(kept["data"].as_array().map(Vec::len), Some(1), "{kept}");
    }

    async fn a_call_with_a_wrong_signature_is_403_and_leaves_nothing(hub: TestHub) {
        let request = hub.request(reqwest::Method::POST, "/whatsapp").body("{}");
        let answer = crate::harness::Answer::read(request.send().await.unwrap()).await;

        answer.error(403, "unauthorized");
        let kept = hub.call("/envelopes.list", json!({})).await;
        assert_eq!(kept["data"], json!([]));
    }
}
