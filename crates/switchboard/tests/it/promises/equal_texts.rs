//! P3: who says the same twice has said it twice.

use serde_json::json;

use super::bodies::{NUMBER, PAGE, arrives, millis, page_text, whatsapp_text};
use super::lists::{messages, only_conversation};
use crate::inbound::provider::connect;
use crate::on_fixtures;

on_fixtures! {
    async fn equal_texts_on_whatsapp_stay_two_whatever_lies_between_them(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        for (id, seconds) in [("wamid.A", 0), ("wamid.B", 1), ("wamid.C", 1)] {
            arrives(&hub, "/whatsapp", &whatsapp_text("49157", id, seconds, "yes")).await;
        }
        hub.applied().await;

        let conversation = only_conversation(&hub).await;
        let messages = messages(&hub, &conversation).await;

        let ids: Vec<_> = messages.iter().map(|message| &message["content"]["id"]).collect();
        assert_eq!(ids, ["wamid.A", "wamid.B", "wamid.C"]);
        assert!(messages.iter().all(|message| message["content"]["text"]["body"] == "yes"));
        assert_eq!(conversation["metadata"]["unread_count"], 3);
    }

    async fn equal_texts_to_a_page_stay_two_even_in_one_millisecond(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        for (mid, seconds) in [("m_1", 0), ("m_2", 1), ("m_3", 1)] {
            arrives(&hub, "/facebook", &page_text("7", mid, seconds, "yes")).await;
        }
        hub.applied().await;

        let messages = messages(&hub, &only_conversation(&hub).await).await;

        let mids: Vec<_> = messages.iter().map(|message| &message["content"]["message"]["mid"]).collect();
        assert_eq!(mids, ["m_1", "m_2", "m_3"]);
    }

    async fn equal_texts_on_viber_stay_two(hub: TestHub) {
        connect(&hub, "viber", "pa:1").await;
        for (token, seconds) in [(4_912_661_846_655_238_145_u64, 0), (4_912_661_846_655_238_146, 1), (4_912_661_846_655_238_147, 1)] {
            let text = json!({
                "event": "message", "timestamp": millis(seconds), "message_token": token,
                "sender": {"id": "01234567890A=", "name": "John"}, "message": {"type": "text", "text": "yes"}
            });
            arrives(&hub, "/viber", &text).await;
            arrives(&hub, "/viber", &text).await;
        }
        hub.applied().await;

        assert_eq!(messages(&hub, &only_conversation(&hub).await).await.len(), 3);
    }
}
