//! What is not kept for ever.

use std::time::Duration;

use serde_json::json;

use super::provider::{connect, deliver};
use crate::on_fixtures;

const DAY: Duration = Duration::from_hours(24);

on_fixtures! {
    async fn raw_envelopes_and_events_go_after_a_month_and_messages_stay(hub: TestHub) {
        connect(&hub, "whatsapp", "103874789095437").await;
        deliver(&hub, "/whatsapp", "whatsapp/airy_text.json").await;
        hub.applied().await;
        hub.clock.advance(29 * DAY);
        assert_eq!(hub.engine.drop_what_is_old().await.unwrap(), 0);
        deliver(&hub, "/whatsapp", "whatsapp/airy_image.json").await;
        hub.applied().await;

        hub.clock.advance(2 * DAY);
        assert!(hub.engine.drop_what_is_old().await.unwrap() > 0);

        let kept = hub.call("/envelopes.list", json!({})).await;
        assert_eq!(kept["data"].as_array().unwrap().len(), 1, "{kept}");
        assert!(hub.events().await.iter().all(|event| event.occurred_at > crate::harness::NOON));
        let conversation = hub.call("/conversations.list", json!({})).await["data"][0]["id"].clone();
        let messages = hub.call("/messages.list", json!({"conversation_id": conversation})).await;
        assert_eq!(messages["pagination_data"]["total"], 2);

        deliver(&hub, "/whatsapp", "whatsapp/airy_text.json").await;
        hub.applied().await;
        let messages = hub.call("/messages.list", json!({"conversation_id": conversation})).await;
        assert_eq!(messages["pagination_data"]["total"], 2, "repeats are known as long as the message is");
    }
}
