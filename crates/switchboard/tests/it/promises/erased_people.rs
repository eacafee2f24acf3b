//! P30: of somebody who is erased nothing is left in the database, and of everybody else everything.

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, ConversationId, Source, SourceChannelId};

use super::bodies::{NUMBER, arrives, whatsapp, whatsapp_act, whatsapp_echo, whatsapp_status};
use super::lists::{conversations, messages};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

/// Everything about the person contains this.
const CANARY: &str = "canary";
/// The person's number; not a part of anybody else's.
const HANDLE: &str = "49157700700";
const OTHER: &str = "49158811811";

fn conversation(handle: &str) -> String {
    let number = ChannelId::derive(&Source::named("whatsapp"), &SourceChannelId::new(NUMBER));
    ConversationId::derive(number, handle).to_string()
}

/// A text with a name and a picture in it.
fn words(from: &str, id: &str, word: &str) -> Value {
    whatsapp(
        NUMBER,
        "messages",
        &json!({
            "contacts": [{"profile": {"name": format!("{word}name")}, "wa_id": from}],
            "messages": [
                {"from": from, "id": format!("{id}.text"), "timestamp": "1795348800", "type": "text", "text": {"body": format!("{word}text is said")},
                    "referral": {"source_url": format!("https://example.com/{word}referral")}},
                {"from": from, "id": format!("{id}.image"), "timestamp": "1795348801", "type": "image",
                    "image": {"id": format!("{word}media"), "mime_type": "image/png", "caption": format!("{word}caption")}}
            ]
        }),
    )
}

/// Everything that can be known of somebody.
async fn everything_is_known(hub: &TestHub, handle: &str, word: &str) {
    let id = format!("wamid.{word}");
    arrives(hub, "/whatsapp", &words(handle, &id, word)).await;
    arrives(
        hub,
        "/whatsapp",
        &whatsapp_echo(handle, &format!("{id}.echo"), 10, &format!("{word}answer")),
    )
    .await;
    arrives(
        hub,
        "/whatsapp",
        &whatsapp_status(handle, &format!("{id}.echo"), 11, "failed"),
    )
    .await;
    let reaction = json!({"message_id": format!("{id}.text"), "emoji": "👍"});
    arrives(
        hub,
        "/whatsapp",
        &whatsapp_act(handle, &format!("{id}.r"), 12, ("reaction", reaction)),
    )
    .await;
    let edit = json!({"original_message_id": format!("{id}.text"), "message": {"type": "text", "text": {"body": format!("{word}edited")}}});
    arrives(
        hub,
        "/whatsapp",
        &whatsapp_act(handle, &format!("{id}.e"), 13, ("edit", edit)),
    )
    .await;
    hub.applied().await;
    let note = json!({"subject": "conversation", "id": conversation(handle), "data": {"note": format!("{word}note")}});
    let noted = hub.post("/metadata.upsert", note).await;
    assert!(matches!(noted.status, 200 | 204), "{}", noted.text);
    let contact = contact(hub, handle).await;
    let via = json!({"id": contact["id"], "via": {"email": format!("{word}@example.com")}});
    let updated = hub.post("/contacts.update", via).await;
    assert!(matches!(updated.status, 200 | 202), "{}", updated.text);
}

async fn contact(hub: &TestHub, handle: &str) -> Value {
    hub.call(
        "/contacts.info",
        json!({"conversation_id": conversation(handle)}),
    )
    .await
}

async fn found(hub: &TestHub, filters: &str) -> usize {
    let listed = hub
        .call("/conversations.list", json!({"filters": filters}))
        .await;
    listed["data"].as_array().expect("a list").len()
}

on_fixtures! {
    async fn nothing_is_left_of_somebody_who_is_erased(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        everything_is_known(&hub, HANDLE, CANARY).await;
        everything_is_known(&hub, OTHER, "sparrow").await;
        assert_eq!(found(&hub, "text:canaryedited").await, 1);
        let before = messages(&hub, &json!({"id": conversation(OTHER)})).await;
        let others = contact(&hub, OTHER).await;
        let known = hub.store.places_with(CANARY);
        assert!(!known.is_empty(), "the search finds what is there");

        let id = contact(&hub, HANDLE).await["id"].clone();
        let erased = hub.post("/contacts.erase", json!({"id": id})).await;
        assert_eq!(erased.status, 204, "{}", erased.text);

        for filters in ["text:canaryedited", "text:canarycaption", "display_name:canaryname", "metadata.user_data.note:canarynote"] {
            assert_eq!(found(&hub, filters).await, 0, "{filters}");
            assert_eq!(found(&hub, &filters.replace("canary", "sparrow")).await, 1, "{filters}");
        }
        assert_eq!(conversations(&hub).await.len(), 1);
        assert_eq!(messages(&hub, &json!({"id": conversation(OTHER)})).await, before);
        assert_eq!(contact(&hub, OTHER).await, others);
        let kept = hub.call("/envelopes.list", json!({"page_size": 1000})).await;
        assert_eq!(kept["data"].as_array().expect("a list").len(), 5, "the other one's calls");
        assert!(hub.events().await.iter().all(|event| !format!("{event:?}").contains(CANARY)));
        let store = hub.stop().await;
        for text in [CANARY, HANDLE] {
            assert_eq!(store.places_with(text), Vec::<String>::new(), "{text}");
        }
        assert!(!store.places_with("sparrow").is_empty());
    }
}
