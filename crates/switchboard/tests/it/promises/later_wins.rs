//! What is repeated, or comes late, does not undo what was said after it.

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, Conversation, ConversationId};
use switchboard_storage::StorageError;

use super::bodies::{
    NUMBER, PAGE, arrives, event, meta, millis, whatsapp_act, whatsapp_rename, whatsapp_text,
};
use super::lists::{conversations, message_named, only_conversation};
use crate::harness::TestHub;
use crate::inbound::provider::{connect, deliver};
use crate::on_fixtures;

/// The agent of Google's fixtures.
const AGENT: &str = "7055d47a-a351-46f2-8b79-3f2c1f2b3c1d";
/// A customer asks that agent for a person.
const ASKS: &str = "google/live_agent.json";

async fn kept(hub: &TestHub, channel: ChannelId, handle: &str) -> Conversation {
    let id = ConversationId::derive(channel, handle);
    hub.log
        .read::<_, StorageError, _>(move |tx| tx.conversation(id))
        .await
        .expect("the store answers")
        .expect("somebody has written")
}

on_fixtures! {
    async fn what_an_operator_has_closed_is_not_opened_by_a_repeated_call(hub: TestHub) {
        connect(&hub, "google", AGENT).await;
        deliver(&hub, "/google", ASKS).await;
        hub.applied().await;
        let asked = only_conversation(&hub).await;
        assert_eq!(asked["metadata"]["state"], "OPEN");
        let close = json!({"conversation_id": asked["id"], "state": "CLOSED"});
        assert_eq!(hub.post("/conversations.set-state", close).await.status, 204);

        deliver(&hub, "/google", ASKS).await;
        hub.applied().await;

        assert_eq!(only_conversation(&hub).await["metadata"]["state"], "CLOSED");
        assert_eq!(hub.call("/conversations.list", json!({"filters": "metadata.state:OPEN"})).await["data"], json!([]));
    }

    async fn a_state_that_was_taken_away_does_not_come_back(hub: TestHub) {
        connect(&hub, "google", AGENT).await;
        deliver(&hub, "/google", ASKS).await;
        hub.applied().await;
        let id = only_conversation(&hub).await["id"].clone();
        assert_eq!(hub.post("/conversations.remove-state", json!({"conversation_id": id})).await.status, 204);

        deliver(&hub, "/google", ASKS).await;
        hub.applied().await;

        assert_eq!(only_conversation(&hub).await["metadata"].get("state"), None);
    }

    async fn an_operator_who_changes_their_mind_at_once_is_heard(hub: TestHub) {
        connect(&hub, "google", AGENT).await;
        deliver(&hub, "/google", ASKS).await;
        hub.applied().await;
        let id = only_conversation(&hub).await["id"].clone();

        for state in ["ON HOLD", "OPEN", "CLOSED"] {
            let set = json!({"conversation_id": id, "state": state});
            assert_eq!(hub.post("/conversations.set-state", set).await.status, 204);

            assert_eq!(only_conversation(&hub).await["metadata"]["state"], state);
        }
    }

    async fn of_two_reactions_within_a_second_the_one_that_arrived_last_stays(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("1", "wamid.1", 0, "hello")).await;
        let react = |id: &str, emoji: &str| whatsapp_act("1", id, 10, ("reaction", json!({"message_id": "wamid.1", "emoji": emoji})));
        let [love, gone, wow] = [react("wamid.R1", "❤️"), react("wamid.R2", ""), react("wamid.R3", "A")];
        let shown = async |calls: &[&Value]| {
            for call in calls {
                arrives(&hub, "/whatsapp", call).await;
            }
            hub.applied().await;
            message_named(&hub, "wamid.1").await["metadata"]["reaction"]["emoji"].clone()
        };

        assert_eq!(shown(&[&love]).await, "❤️");
        assert_eq!(shown(&[&gone]).await, Value::Null);
        assert_eq!(shown(&[&love, &gone, &love]).await, Value::Null, "a repetition is nothing new");
        assert_eq!(shown(&[&wow]).await, "A");
        assert_eq!(shown(&[&gone, &love, &wow]).await, "A");
        let before = whatsapp_act("1", "wamid.R0", 9, ("reaction", json!({"message_id": "wamid.1", "emoji": "Z"})));
        assert_eq!(shown(&[&before]).await, "A");
    }

    async fn reactions_within_a_second_that_wait_for_their_message_keep_their_order(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let react = |id: &str, emoji: &str| whatsapp_act("1", id, 10, ("reaction", json!({"message_id": "wamid.1", "emoji": emoji})));
        for call in [react("wamid.R1", "❤️"), react("wamid.R2", "A"), react("wamid.R1", "❤️")] {
            arrives(&hub, "/whatsapp", &call).await;
        }
        hub.applied().await;

        arrives(&hub, "/whatsapp", &whatsapp_text("1", "wamid.1", 0, "hello")).await;
        hub.applied().await;

        assert_eq!(message_named(&hub, "wamid.1").await["metadata"]["reaction"], json!({"emoji": "A", "sent_at": millis(10).to_string()}));
    }

    async fn of_two_edits_within_a_second_the_one_that_arrived_last_stays(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("1", "wamid.1", 0, "hello")).await;
        let edit = |id: &str, text: &str| {
            let message = json!({"type": "text", "text": {"body": text}});
            whatsapp_act("1", id, 10, ("edit", json!({"original_message_id": "wamid.1", "message": message})))
        };
        let [first, second] = [edit("wamid.E1", "one"), edit("wamid.E2", "another")];

        for call in [&first, &second, &first] {
            arrives(&hub, "/whatsapp", call).await;
        }
        hub.applied().await;

        assert_eq!(message_named(&hub, "wamid.1").await["content"]["text"]["body"], "another");
    }

    async fn a_thread_that_comes_back_is_not_on_standby_any_more(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        let written = |mid: &str, seconds: i64| event(("7", PAGE), seconds, ("message", json!({"mid": mid, "text": "hi"})));
        let [aside, listened] = [5, 10].map(|at| meta("page", PAGE, "standby", &[written(&format!("m_{at}"), at)]));
        let [ours, back] = [1, 20].map(|at| meta("page", PAGE, "messaging", &[written(&format!("m_{at}"), at)]));
        let thread = async || only_conversation(&hub).await["metadata"].get("thread").cloned();

        // Nothing is said of a standby that never was.
        let standby = Some(json!({"standby": true}));
        for (call, expected) in [(&ours, None), (&listened, standby), (&back, None), (&listened, None), (&aside, None)] {
            arrives(&hub, "/facebook", call).await;
            hub.applied().await;

            assert_eq!(thread().await, expected);
        }
    }

    async fn a_contact_keeps_their_last_number_whatever_is_repeated(hub: TestHub) {
        let channel = connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("1", "wamid.1", 0, "hello")).await;
        let [first, second] = [whatsapp_rename("1", "2", 10), whatsapp_rename("2", "3", 20)];

        for call in [&first, &second, &first] {
            arrives(&hub, "/whatsapp", call).await;
        }
        arrives(&hub, "/whatsapp", &whatsapp_text("3", "wamid.2", 30, "me again")).await;
        hub.applied().await;

        assert_eq!(kept(&hub, channel, "1").await.handle, "3");
        assert_eq!(conversations(&hub).await.len(), 1);
    }

    async fn numbers_that_change_in_the_wrong_order_lead_to_one_conversation(hub: TestHub) {
        let channel = connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("1", "wamid.1", 0, "hello")).await;

        arrives(&hub, "/whatsapp", &whatsapp_rename("2", "3", 20)).await;
        arrives(&hub, "/whatsapp", &whatsapp_rename("1", "2", 10)).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("3", "wamid.2", 30, "me again")).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("2", "wamid.3", 15, "this took long")).await;
        hub.applied().await;

        let conversation = kept(&hub, channel, "1").await;
        assert_eq!((conversation.handle.as_str(), conversation.message_count), ("3", 3));
        assert_eq!(conversations(&hub).await.len(), 1);
    }
}
