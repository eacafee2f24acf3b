//! What clients see after messages came in; and that all of it can be paged through.

use serde_json::{Value, json};
use switchboard_domain::{
    ChannelId, Conversation, ConversationId, LastMessage, Message, MessageId, NewMessage, Source,
    SourceChannelId, Timestamp,
};
use switchboard_storage::{StorageError, Touches};

use super::bodies::{PAGE, arrives, millis, page_text};
use crate::harness::TestHub;
use crate::inbound::provider::connect;
use crate::on_fixtures;

/// More than the two thousand that Airy's search could page through.
const MANY: i64 = 2_100;

/// All conversations, newest message first.
pub(crate) async fn conversations(hub: &TestHub) -> Vec<Value> {
    let listed = hub
        .call("/conversations.list", json!({"page_size": 1000}))
        .await;
    listed["data"].as_array().expect("a list").clone()
}

/// The only conversation there is.
pub(crate) async fn only_conversation(hub: &TestHub) -> Value {
    let mut all = conversations(hub).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// All messages of a conversation, oldest first.
pub(crate) async fn messages(hub: &TestHub, conversation: &Value) -> Vec<Value> {
    let request = json!({"conversation_id": conversation["id"], "page_size": 1000});
    let listed = hub.call("/messages.list", request).await;
    let mut messages = listed["data"].as_array().expect("a list").clone();
    assert_eq!(listed["pagination_data"]["total"], messages.len());
    messages.reverse();
    messages
}

/// The message of that provider's name, wherever it is.
pub(crate) async fn message_named(hub: &TestHub, name: &str) -> Value {
    for conversation in conversations(hub).await {
        for message in messages(hub, &conversation).await {
            let content = &message["content"];
            let names = [&content["id"], &content["message"]["mid"]];
            if names.iter().any(|known| **known == name) {
                return message;
            }
        }
    }
    panic!("there is no message {name}");
}

/// How many envelopes have a verdict.
pub(crate) async fn envelopes(hub: &TestHub, verdict: &str) -> Vec<Value> {
    let listed = hub
        .call(
            "/envelopes.list",
            json!({"verdict": verdict, "page_size": 1000}),
        )
        .await;
    listed["data"].as_array().expect("a list").clone()
}

/// Puts `MANY` conversations with one message each straight into the store.
async fn fill(hub: &TestHub) {
    let source = Source::named("facebook");
    let channel = ChannelId::derive(&source, &SourceChannelId::new(PAGE));
    hub.log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            let mut conversations = Vec::new();
            let mut messages = Vec::new();
            for number in 0..MANY {
                let id = ConversationId::derive(channel, &number.to_string());
                let at = Timestamp::from_millis(millis(number));
                conversations.push(Conversation {
                    message_count: 1,
                    ..Conversation::begun(id, channel, source.clone(), &number.to_string(), at)
                });
                messages.push(message(id, source.clone(), at));
            }
            tx.put_conversations(&conversations)?;
            let places = tx.add_messages(&messages)?;
            for ((conversation, new), place) in conversations.iter_mut().zip(&messages).zip(places)
            {
                conversation.last_message = place.map(|sequence| LastMessage {
                    id: new.message.id,
                    sequence,
                    sent_at: new.message.sent_at,
                });
            }
            tx.put_conversations(&conversations)
        })
        .await
        .expect("the store answers");
}

fn message(conversation: ConversationId, source: Source, sent_at: Timestamp) -> NewMessage {
    NewMessage {
        message: Message::received(
            MessageId::of_global_name(&conversation.to_string()),
            conversation,
            source,
            ("somebody".to_owned(), r#"{"text":"hello"}"#.to_owned()),
            sent_at,
        ),
        text: Some("hello".to_owned()),
    }
}

on_fixtures! {
    async fn defect_26_more_than_two_thousand_conversations_can_be_paged_through(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        fill(&hub).await;

        let mut cursor = Value::Null;
        let mut seen = Vec::new();
        loop {
            let page = hub.call("/conversations.list", json!({"page_size": 300, "cursor": cursor})).await;
            assert_eq!(page["pagination_data"]["total"], MANY);
            seen.extend(page["data"].as_array().expect("a list").iter().map(|listed| listed["id"].as_str().expect("text").to_owned()));
            cursor = page["pagination_data"]["next_cursor"].clone();
            if cursor.is_null() {
                break;
            }
        }

        let channel = ChannelId::derive(&Source::named("facebook"), &SourceChannelId::new(PAGE));
        let expected: Vec<_> = (0..MANY).rev().map(|number| ConversationId::derive(channel, &number.to_string()).to_string()).collect();
        assert_eq!(seen, expected);
        let late = hub.call("/conversations.list", json!({"page_size": 10, "cursor": "2095"})).await;
        let late: Vec<_> = late["data"].as_array().expect("a list").iter().map(|listed| listed["id"].as_str().expect("text").to_owned()).collect();
        assert_eq!(late, expected[2095..]);
    }

    async fn defect_27_an_unknown_cursor_is_a_wrong_request_in_each_list(hub: TestHub) {
        for (path, cursor) in [("/conversations.list", "nonsense"), ("/conversations.list", "1_2"), ("/envelopes.list", "nonsense")] {
            let answer = hub.post(path, json!({"cursor": cursor})).await;

            assert_eq!(answer.error(400, "invalid_request")["field"], "cursor", "{path} {cursor}");
        }
    }

    async fn defect_29_reading_marks_exactly_the_messages_that_had_arrived(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        arrives(&hub, "/facebook", &page_text("7", "m_1", 10, "one")).await;
        hub.applied().await;
        let conversation = only_conversation(&hub).await;
        let read = hub.post("/conversations.mark-read", json!({"conversation_id": conversation["id"]})).await;
        assert_eq!(read.status, 204, "{}", read.text);

        // Written before the other, and here after it.
        arrives(&hub, "/facebook", &page_text("7", "m_0", 5, "zero")).await;
        hub.applied().await;

        let messages = messages(&hub, &conversation).await;
        let read: Vec<_> = messages.iter().map(|message| message["metadata"]["user_read"].clone()).collect();
        assert_eq!(read, [Value::Null, json!(millis(10))]);
        assert_eq!(only_conversation(&hub).await["metadata"]["unread_count"], 1);
    }
}
