//! Lists of messages.

use serde_json::{Value, json};

use super::provider::{connect, signed_by_meta};
use crate::harness::{Answer, TestHub};
use crate::on_fixtures;

/// Sends texts of one person, one a second.
async fn write(hub: &TestHub, texts: std::ops::Range<u32>) {
    for number in texts {
        let body = json!({
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "1", "phone_number_id": "103874789095437"},
                "contacts": [{"profile": {"name": "Ada"}, "wa_id": "49157"}],
                "messages": [{"from": "49157", "id": format!("wamid.{number}"), "timestamp": (1_660_000_000 + number).to_string(),
                    "type": "text", "text": {"body": format!("text {number}")}}]
            }}]}]
        })
        .to_string();
        let request = hub
            .request(reqwest::Method::POST, "/whatsapp")
            .header("x-hub-signature-256", signed_by_meta(body.as_bytes()))
            .body(body);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    hub.applied().await;
}

fn texts(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| {
            message["content"]["text"]["body"]
                .as_str()
                .expect("text")
                .to_owned()
        })
        .collect()
}

on_fixtures! {
    async fn pages_are_newest_first_and_go_to_the_end(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        write(&hub, 0..25).await;
        let conversation = hub.call("/conversations.list", json!({})).await["data"][0]["id"].clone();

        let mut cursor = Value::Null;
        let mut seen = Vec::new();
        loop {
            let page = hub.call("/messages.list", json!({"conversation_id": conversation, "page_size": 10, "cursor": cursor})).await;
            assert_eq!(page["pagination_data"]["total"], 25);
            assert_eq!(page["pagination_data"]["previous_cursor"], cursor);
            seen.extend(texts(&page));
            cursor = page["pagination_data"]["next_cursor"].clone();
            if cursor.is_null() {
                break;
            }
        }

        let expected: Vec<_> = (0..25).rev().map(|number| format!("text {number}")).collect();
        assert_eq!(seen, expected);
    }

    async fn rows_that_arrive_while_paging_neither_skip_nor_repeat(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        write(&hub, 0..12).await;
        let conversation = hub.call("/conversations.list", json!({})).await["data"][0]["id"].clone();
        let first = hub.call("/messages.list", json!({"conversation_id": conversation, "page_size": 5})).await;

        write(&hub, 12..20).await;

        let next = json!({"conversation_id": conversation, "page_size": 50, "cursor": first["pagination_data"]["next_cursor"]});
        let second = hub.call("/messages.list", next.clone()).await;
        let expected: Vec<_> = (0..7).rev().map(|number| format!("text {number}")).collect();
        let small = json!({"conversation_id": conversation, "page_size": 10, "cursor": first["pagination_data"]["next_cursor"]});
        assert_eq!(texts(&hub.call("/messages.list", small).await), expected);
        // As in Airy, a page that holds everything begins at the beginning.
        assert_eq!(texts(&second).len(), 20);
    }

    async fn a_page_size_of_null_and_a_blank_cursor_mean_what_they_mean_elsewhere(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        write(&hub, 0..12).await;
        let id = hub.call("/conversations.list", json!({})).await["data"][0]["id"].clone();

        for cursor in ["", "  "] {
            let body = json!({"conversation_id": id, "page_size": null, "cursor": cursor});
            let listed = hub.call("/messages.list", body).await;
            assert_eq!(listed["data"].as_array().unwrap().len(), 10);
            assert_eq!(listed["pagination_data"]["previous_cursor"], Value::Null);
        }
    }

    async fn defect_25_suggesting_nothing_at_all_is_a_wrong_request(hub: TestHub) {
        let nothing = json!({"message_id": "7fd34ed2-88ae-5797-950d-9ff8a93e6ea2"});

        let refused = hub.post("/messages.suggest-replies", nothing).await;

        assert_eq!(refused.error(400, "invalid_request")["field"], "suggestions");
    }

    async fn what_is_noted_about_an_id_that_nothing_can_have_is_taken(hub: TestHub) {
        for (subject, id) in [("message", "no-uuid"), ("channel", "7fd34ed2-88ae-5797-950d-9ff8a93e6ea2")] {
            let noted = hub.post("/metadata.upsert", json!({"subject": subject, "id": id, "data": {"a": 1}})).await;
            assert_eq!((noted.status, noted.text.as_str()), (204, ""), "{id}");
        }
        let wrong = hub.post("/metadata.upsert", json!({"subject": "user", "id": "no-uuid", "data": {}})).await;
        assert_eq!(wrong.error(400, "invalid_request")["field"], "subject");
    }

    async fn defect_27_an_unknown_cursor_is_a_wrong_request(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        write(&hub, 0..3).await;
        let conversation = hub.call("/conversations.list", json!({})).await["data"][0]["id"].clone();

        for cursor in ["nonsense", "7fd34ed2-88ae-5797-950d-9ff8a93e6ea2"] {
            let answer = hub.post("/messages.list", json!({"conversation_id": conversation, "page_size": 2, "cursor": cursor})).await;
            assert_eq!(answer.error(400, "invalid_request")["field"], "cursor");
        }
    }

    async fn replies_are_suggested_to_a_message(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        write(&hub, 0..1).await;
        let conversation = hub.call("/conversations.list", json!({})).await["data"][0].clone();
        let message = conversation["last_message"]["id"].clone();
        let suggestions = json!({"user-provided-id": {"content": {"text": "Hello world"}}});

        let answer = hub.call("/messages.suggestReplies", json!({"message_id": message, "suggestions": suggestions})).await;

        assert_eq!(answer["metadata"]["suggestions"], suggestions);
        hub.post("/messages.suggest-replies", json!({"message_id": message})).await.error(400, "invalid_request");
        let unknown = json!({"message_id": "7fd34ed2-88ae-5797-950d-9ff8a93e6ea2", "suggestions": suggestions});
        hub.post("/messages.suggest-replies", unknown).await.error(404, "not_found");
    }
}
