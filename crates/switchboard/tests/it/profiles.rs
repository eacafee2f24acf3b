//! What contacts are called, where the provider has to be asked.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::EventKind;
use switchboard_sandbox::{Customer, Fault, Source};

use crate::harness::TestHub;
use crate::on_both_stores;

async fn connect(hub: &TestHub) {
    hub.sandbox.set_hub(&hub.url);
    let request = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
    hub.call("/channels.facebook.connect", request).await;
}

/// A customer writes; the conversation, once the provider has been asked.
async fn written(hub: &TestHub, customer: impl Into<Customer>) -> Value {
    let said = hub
        .sandbox
        .say(customer, "hello")
        .await
        .expect("it is possible");
    assert!(said.is_accepted(), "{said:?}");
    asked(hub).await;
    conversation(hub).await
}

async fn asked(hub: &TestHub) {
    hub.applied().await;
    hub.engine
        .fetch_profiles()
        .await
        .expect("the store answers");
}

async fn conversation(hub: &TestHub) -> Value {
    hub.call("/conversations.list", json!({})).await["data"][0].clone()
}

fn contact(conversation: &Value) -> &Value {
    &conversation["metadata"]["contact"]
}

on_both_stores! {
    async fn a_person_on_messenger_gets_the_name_that_meta_knows(hub: TestHub) {
        connect(&hub).await;

        let conversation = written(&hub, Source::Facebook).await;

        assert_eq!(contact(&conversation)["display_name"], "Ada Lovelace");
        assert!(contact(&conversation)["avatar_url"].is_string(), "{conversation}");
        assert_eq!(contact(&conversation)["fetch_state"], "ok");
        let contacts = hub.call("/contacts.list", json!({})).await;
        assert_eq!(contacts["data"][0]["display_name"], "Ada Lovelace", "{contacts}");
        let found = hub.call("/conversations.list", json!({"filters": "display_name:Lovelace"})).await;
        assert_eq!(found["data"][0]["id"], conversation["id"], "{found}");
        let events = hub.events().await;
        assert!(events.iter().any(|event| event.kind == EventKind::ConversationUpdated));
        assert_eq!(hub.sandbox.violations(), []);
    }

    async fn a_person_of_whom_meta_tells_nothing_keeps_the_name_the_hub_made_up(hub: TestHub) {
        connect(&hub).await;
        hub.sandbox.meta.fail_times("get_profile", Fault::MissingPermission, 1);
        hub.sandbox.meta.fail_times("list_conversations", Fault::MissingPermission, 1);

        let conversation = written(&hub, Source::Facebook).await;

        let name = contact(&conversation)["display_name"].as_str().expect("a name");
        assert!(name.starts_with("Facebook "), "{name}");
        assert_eq!(contact(&conversation)["fetch_state"], "failed");
    }

    async fn a_provider_that_is_down_is_asked_again(hub: TestHub) {
        connect(&hub).await;
        // Each call is tried three times.
        hub.sandbox.meta.fail_times("get_profile", Fault::ServerError(503), 3);

        let waiting = written(&hub, Source::Facebook).await;
        assert_eq!(contact(&waiting)["fetch_state"], Value::Null, "{waiting}");

        hub.clock.advance(Duration::from_secs(15));
        asked(&hub).await;
        assert_eq!(contact(&conversation(&hub).await)["display_name"], "Ada Lovelace");
    }

    async fn what_a_user_has_set_is_not_taken_back(hub: TestHub) {
        connect(&hub).await;
        let id = written(&hub, Source::Facebook).await["id"].clone();
        let name = json!({"conversation_id": id, "display_name": "Countess"});
        let answer = hub.post("/conversations.update-contact", name).await;
        assert!(answer.status < 300, "{}", answer.text);

        let refetch = hub.post("/conversations.refetch", json!({"conversation_id": id})).await;
        assert!(refetch.status < 300, "{}", refetch.text);
        asked(&hub).await;

        let conversation = conversation(&hub).await;
        assert_eq!(contact(&conversation)["display_name"], "Countess");
        assert_eq!(contact(&conversation)["fetch_state"], "ok");
    }

    /// In Airy nothing happened until the person wrote again.
    async fn defect_28_refetching_asks_the_provider_at_once(hub: TestHub) {
        connect(&hub).await;
        hub.sandbox.meta.fail_times("get_profile", Fault::MissingPermission, 1);
        hub.sandbox.meta.fail_times("list_conversations", Fault::MissingPermission, 1);
        let failed = written(&hub, Source::Facebook).await;
        assert_eq!(contact(&failed)["fetch_state"], "failed");

        let answer = hub.post("/conversations.refetch", json!({"conversation_id": failed["id"]})).await;
        assert!(answer.status < 300, "{}", answer.text);
        asked(&hub).await;

        let conversation = conversation(&hub).await;
        assert_eq!(contact(&conversation)["display_name"], "Ada Lovelace", "{conversation}");
        assert_eq!(contact(&conversation)["fetch_state"], "ok");
    }
}
