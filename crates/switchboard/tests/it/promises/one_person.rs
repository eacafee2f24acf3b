//! Somebody who is known by two names is one person as soon as a provider says so.

use serde_json::{Value, json};

use super::bodies::{NUMBER, arrives, millis, whatsapp};
use super::lists::{conversations, messages};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

const PHONE: &str = "4915712345678";
const USER_ID: &str = "DE.1502576394655843";

/// A text of somebody who shows a number, an id of the business, or both.
fn text(seconds: i64, (phone, user_id): (Option<&str>, Option<&str>)) -> Value {
    let mut message = json!({
        "id": format!("wamid.{seconds}"), "timestamp": (millis(seconds) / 1000).to_string(),
        "type": "text", "text": {"body": format!("at {seconds}")}
    });
    let mut contact = json!({"profile": {"name": "Ada"}});
    if let Some(phone) = phone {
        message["from"] = json!(phone);
        contact["wa_id"] = json!(phone);
    }
    if let Some(id) = user_id {
        message["from_user_id"] = json!(id);
        contact["user_id"] = json!(id);
    }
    let contents = json!({"contacts": [contact], "messages": [message]});
    whatsapp(NUMBER, "messages", &contents)
}

async fn says(hub: &TestHub, seconds: i64, names: (Option<&str>, Option<&str>)) {
    arrives(hub, "/whatsapp", &text(seconds, names)).await;
    hub.applied().await;
}

async fn contacts(hub: &TestHub) -> Vec<Value> {
    let listed = hub.call("/contacts.list", json!({})).await;
    listed["data"].as_array().expect("a list").clone()
}

async fn is_in_two_conversations_of_one_contact(hub: &TestHub) -> Value {
    let all = contacts(hub).await;
    let [contact] = &all[..] else {
        panic!("{all:?}")
    };
    let held = contact["conversations"].as_object().expect("an object");
    assert_eq!(held.len(), 2, "{contact}");
    contact["id"].clone()
}

on_fixtures! {
    async fn who_writes_under_a_number_and_under_an_id_is_one_contact_once_a_message_bears_both(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        says(&hub, 1, (Some(PHONE), None)).await;
        says(&hub, 2, (None, Some(USER_ID))).await;
        assert_eq!(contacts(&hub).await.len(), 2);

        says(&hub, 3, (Some(PHONE), Some(USER_ID))).await;
        says(&hub, 4, (None, Some(USER_ID))).await;

        is_in_two_conversations_of_one_contact(&hub).await;
        let [newest, older] = &conversations(&hub).await[..] else { panic!("there are two") };
        assert_eq!(messages(&hub, newest).await.len(), 3, "what they write from then on is in one");
        assert_eq!(messages(&hub, older).await.len(), 1);
    }

    async fn who_is_found_to_be_one_person_within_one_batch_is_one_contact(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let mut all = text(1, (Some(PHONE), None));
        for (seconds, names) in [(2, (None, Some(USER_ID))), (3, (Some(PHONE), Some(USER_ID)))] {
            let entry = text(seconds, names)["entry"][0].clone();
            all["entry"].as_array_mut().expect("a list").push(entry);
        }

        arrives(&hub, "/whatsapp", &all).await;
        hub.applied().await;

        is_in_two_conversations_of_one_contact(&hub).await;
    }

    async fn who_is_taken_apart_again_by_a_user_stays_so(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        says(&hub, 1, (Some(PHONE), None)).await;
        says(&hub, 2, (None, Some(USER_ID))).await;
        says(&hub, 3, (Some(PHONE), Some(USER_ID))).await;
        let id = is_in_two_conversations_of_one_contact(&hub).await;
        let known = hub.call("/contacts.info", json!({"id": id})).await;
        let merged = known["merge_history"][0]["id"].clone();

        hub.call("/contacts.unmerge", json!({"id": id, "source_id": merged})).await;
        says(&hub, 4, (Some(PHONE), Some(USER_ID))).await;

        assert_eq!(contacts(&hub).await.len(), 2);
    }

    async fn erasing_one_person_reaches_all_their_conversations(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        says(&hub, 1, (Some(PHONE), None)).await;
        says(&hub, 2, (None, Some(USER_ID))).await;
        says(&hub, 3, (Some(PHONE), Some(USER_ID))).await;
        let id = is_in_two_conversations_of_one_contact(&hub).await;

        let erased = hub.post("/contacts.erase", json!({"id": id})).await;

        assert_eq!(erased.status, 204, "{}", erased.text);
        assert!(conversations(&hub).await.is_empty());
    }
}
