//! An envelope that the database refuses again and again costs no other.

use serde_json::{Value, json};

use super::bodies::{NUMBER, arrives, whatsapp_text};
use super::lists::{conversations, envelopes, messages};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

const HANDLE: &str = "49157";

/// What everybody has said, oldest first.
async fn said(hub: &TestHub) -> Vec<String> {
    let mut said = Vec::new();
    for conversation in conversations(hub).await {
        for message in messages(hub, &conversation).await {
            let text = message["content"]["text"]["body"].as_str();
            said.push(text.expect("a text").to_owned());
        }
    }
    said
}

async fn texts_arrive(hub: &TestHub) {
    for (nth, text) in (0..).zip(["before", "poison", "after"]) {
        let body = whatsapp_text(HANDLE, &format!("wamid.{text}"), nth, text);
        arrives(hub, "/whatsapp", &body).await;
    }
    hub.applied().await;
}

on_fixtures! {
    async fn an_envelope_that_the_database_refuses_is_set_aside_and_costs_no_other(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        hub.store.refuse_messages_with("poison");

        texts_arrive(&hub).await;

        assert_eq!(said(&hub).await, ["before", "after"]);
        let aside = envelopes(&hub, "malformed").await;
        assert_eq!(aside.len(), 1, "{aside:?}");
        let info = hub.call("/envelopes.info", json!({"id": aside[0]["id"]})).await;
        assert!(info.to_string().contains("poison"), "{info}");
        let problem = info["findings"].to_string();
        assert!(problem.contains("it could not be applied"), "{info}");
        assert_eq!(conversations(&hub).await[0]["metadata"]["unread_count"], 2);
    }

    async fn an_envelope_that_was_set_aside_can_be_replayed_once_the_cause_is_gone(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        hub.store.refuse_messages_with("poison");
        texts_arrive(&hub).await;
        let id = envelopes(&hub, "malformed").await[0]["id"].clone();
        let refused = hub.post("/envelopes.replay", json!({"id": id})).await;
        assert_eq!(refused.status, 500, "{}", refused.text);

        hub.store.refuse_nothing();
        let replayed = hub.call("/envelopes.replay", json!({"id": id})).await;

        assert_eq!(replayed["verdict"], "applied", "{replayed}");
        assert_eq!(said(&hub).await, ["before", "poison", "after"]);
        assert_eq!(envelopes(&hub, "malformed").await, Vec::<Value>::new());
        assert_eq!(conversations(&hub).await[0]["metadata"]["unread_count"], 3);
    }
}
