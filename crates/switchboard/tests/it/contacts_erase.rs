//! Erasing a person.

use serde_json::{Value, json};
use switchboard_domain::{
    Alias, ChannelId, ConversationId, MetadataRecord, MetadataSubject, MetadataValue, NewEnvelope,
    RawJson, Source, SourceChannelId,
};
use switchboard_storage::{StorageError, Touches};

use crate::contacts::{info, update};
use crate::contacts_people::{NOBODY, conversation, handle};
use crate::harness::{NOON, TestHub};
use crate::on_both_stores;

/// What a provider sent of a number, as it came.
async fn arrived(hub: &TestHub, body: &str) {
    let envelope = NewEnvelope {
        source: Source::named("whatsapp"),
        target: "/whatsapp".to_owned(),
        headers: RawJson::empty_object(),
        body: body.as_bytes().to_vec(),
        received_at: NOON,
    };
    hub.log.accept(envelope).await.expect("the store answers");
}

fn text_message(from: &str, id: &str, text: &str) -> String {
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "1555", "phone_number_id": "103874789095437" },
            "contacts": [{ "profile": { "name": "canary-name" }, "wa_id": from }],
            "messages": [{
                "from": from, "id": id, "timestamp": "1795348800", "type": "text",
                "text": { "body": text }
            }]
        } }] }]
    })
    .to_string()
}

/// A channel of WhatsApp, as connecting would have made it.
async fn connected(hub: &TestHub) -> ChannelId {
    let source = Source::named("whatsapp");
    let account = SourceChannelId::new("103874789095437");
    let id = ChannelId::derive(&source, &account);
    let channel = switchboard_domain::Channel {
        id,
        source,
        source_channel_id: account,
        name: "An account".to_owned(),
        image_url: None,
        connection: switchboard_domain::Connection::Connected,
        upstream: None,
        facts: RawJson::empty_object(),
        created_at: NOON,
        updated_at: NOON,
    };
    hub.log
        .write::<_, StorageError, _>(Touches::channel(id), move |tx| tx.put_channel(&channel))
        .await
        .expect("the store answers");
    id
}

/// Everything that is noted beside a conversation.
async fn noted(hub: &TestHub, id: ConversationId, channel: ChannelId) {
    hub.log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            tx.put_aliases(&[Alias {
                channel,
                handle: "canary-alias".to_owned(),
                conversation: id,
            }])?;
            tx.put_metadata(&[MetadataRecord {
                subject: MetadataSubject::Conversation(id),
                key: "user_data.note".to_owned(),
                value: MetadataValue::Text("canary-note".to_owned()),
                written_at: NOON,
            }])?;
            tx.put_words(id, "metadata.user_data.note", &["canary-note".to_owned()])
        })
        .await
        .expect("the store answers");
}

async fn erase(hub: &TestHub, id: &Value) {
    let answer = hub.post("/contacts.erase", json!({ "id": id })).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
}

async fn raw_calls(hub: &TestHub) -> usize {
    let listed = hub.call("/envelopes.list", json!({})).await;
    listed["data"].as_array().expect("a list").len()
}

on_both_stores! {
    async fn a_person_who_has_written_is_erased_with_all_that_was_kept(hub: TestHub) {
        let channel = connected(&hub).await;
        arrived(&hub, &text_message("4915700000001", "wamid.A", "canary-text")).await;
        arrived(&hub, &text_message("4915700000002", "wamid.B", "hello")).await;
        arrived(&hub, r#"{"aside":"canary-alias"}"#).await;
        hub.applied().await;
        let ours = ConversationId::derive(channel, "4915700000001");
        let theirs = ConversationId::derive(channel, "4915700000002");
        noted(&hub, ours, channel).await;
        let by_conversation = json!({ "conversation_id": ours.to_string() });
        let contact = hub.call("/contacts.info", by_conversation.clone()).await;
        update(&hub, json!({ "id": contact["id"], "via": { "phone": "canary-phone" } })).await;

        erase(&hub, &contact["id"]).await;

        for (path, body) in [
            ("/contacts.info", json!({ "id": contact["id"] })),
            ("/contacts.info", by_conversation.clone()),
            ("/conversations.info", by_conversation.clone()),
            ("/messages.list", by_conversation),
        ] {
            assert_eq!(hub.post(path, body).await.status, 404, "{path}");
        }
        assert_eq!(raw_calls(&hub).await, 1);
        let left = hub.call("/conversations.list", json!({})).await;
        assert_eq!(left["data"][0]["id"], theirs.to_string());
        assert_eq!(left["pagination_data"]["total"], 1);
        let events = format!("{:?}", hub.events().await);
        assert!(!events.contains("canary"), "{events}");
        let files = hub.store.files();
        hub.stop().await;
        for file in files {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let found = bytes.windows(7).any(|window| window == b"canary-");
            assert!(!found, "{}", file.display());
        }
    }

    async fn one_who_writes_again_is_somebody_new(hub: TestHub) {
        let channel = connected(&hub).await;
        arrived(&hub, &text_message("4915700000001", "wamid.A", "first")).await;
        hub.applied().await;
        let id = ConversationId::derive(channel, "4915700000001").to_string();
        let contact = hub.call("/contacts.info", json!({ "conversation_id": id })).await;

        erase(&hub, &contact["id"]).await;
        arrived(&hub, &text_message("4915700000001", "wamid.B", "second")).await;
        hub.applied().await;

        let listed = hub.call("/messages.list", json!({ "conversation_id": id })).await;
        assert_eq!(listed["pagination_data"]["total"], 1);
        assert_eq!(listed["data"][0]["content"]["text"]["body"], "second");
        assert_eq!(info(&hub, &contact["id"]).await["via"], json!(null));
    }

    async fn whatever_was_merged_goes_along(hub: TestHub) {
        let (one, two) = (conversation(&hub, 1).await, conversation(&hub, 2).await);
        let of = |id: ConversationId| json!({ "conversation_id": id.to_string() });
        let source = hub.call("/contacts.info", of(one)).await;
        let destination = hub.call("/contacts.info", of(two)).await;
        let merge = json!({ "source_id": source["id"], "destination_id": destination["id"] });
        hub.call("/contacts.merge", merge).await;
        arrived(&hub, &json!({ "from": handle(1) }).to_string()).await;
        hub.applied().await;

        erase(&hub, &destination["id"]).await;

        for id in [one, two] {
            assert_eq!(hub.post("/conversations.info", of(id)).await.status, 404);
        }
        assert_eq!(raw_calls(&hub).await, 0);
        let id: switchboard_domain::ContactId =
            destination["id"].as_str().expect("text").parse().expect("a UUID");
        let merges = hub.log.read::<_, StorageError, _>(move |tx| tx.merges(id)).await;
        assert_eq!(merges.expect("the store answers"), []);
    }

    async fn nobody_cannot_be_erased(hub: TestHub) {
        let answer = hub.post("/contacts.erase", json!({ "id": NOBODY })).await;
        assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("Contact not found")));
    }
}
