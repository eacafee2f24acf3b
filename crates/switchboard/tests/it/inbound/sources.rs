//! Custom sources.

use reqwest::Method;
use serde_json::{Value, json};

use super::provider::connect;
use crate::harness::{Answer, TestHub};
use crate::on_both_stores;
use crate::promises::lists::{conversations, envelopes, only_conversation};

async fn as_source(hub: &TestHub, path: &str, token: &str, body: Value) -> Answer {
    let request = hub
        .request(Method::POST, path)
        .bearer_auth(token)
        .json(&body);
    Answer::read(request.send().await.unwrap()).await
}

async fn source(hub: &TestHub) -> String {
    source_named(hub, "my-source").await
}

async fn source_named(hub: &TestHub, name: &str) -> String {
    let created = hub
        .call(
            "/sources.create",
            json!({"source_id": name, "name": "Mine"}),
        )
        .await;
    created["token"].as_str().expect("a token").to_owned()
}

/// A source of that name with one channel.
async fn with_channel(hub: &TestHub, name: &str, channel: &str) -> String {
    let token = source_named(hub, name).await;
    let body = json!({"name": "A channel", "source_channel_id": channel});
    let created = as_source(hub, "/sources.channels.create", &token, body).await;
    assert_eq!(created.status, 201, "{}", created.text);
    token
}

fn posted(channel: &str, conversation: &str, message: &str) -> Value {
    json!({
        "source_message_id": message, "source_conversation_id": conversation,
        "source_channel_id": channel, "source_sender_id": "s",
        "content": {"text": message}, "from_contact": true, "sent_at": 1_603_661_094_560_i64
    })
}

on_both_stores! {
    async fn a_source_connects_a_channel_posts_and_its_conversation_is_there(hub: TestHub) {
        let token = source(&hub).await;
        let channel = as_source(&hub, "/sources.channels.create", &token, json!({
            "name": "source channel", "source_channel_id": "source-channel-id", "metadata": {"my_key": "my value"}
        })).await;
        assert_eq!(channel.status, 201, "{}", channel.text);
        assert_eq!(channel.json()["id"], "b5335efe-2449-5d17-8a75-956dda49b665");
        assert_eq!(channel.json()["metadata"], json!({"name": "source channel", "my_key": "my value"}));
        let post = json!({
            "messages": [{
                "source_message_id": "source-message-id", "source_conversation_id": "source-conversation-id",
                "source_channel_id": "source-channel-id", "source_sender_id": "source-sender-id",
                "content": "Hello world", "from_contact": true, "sent_at": 1_603_661_094_560_i64
            }],
            "metadata": [
                {"namespace": "conversation", "source_id": "source-conversation-id", "metadata": {"contact": {"display_name": "Margaret Hamilton"}}},
                {"namespace": "message", "source_id": "source-message-id", "metadata": {"reaction": {"emoji": "❤️"}}}
            ]
        });

        for _ in 0..2 {
            let answer = as_source(&hub, "/sources.webhook", &token, post.clone()).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        }
        hub.applied().await;

        let listed = hub.call("/conversations.list", json!({})).await;
        let [conversation] = listed["data"].as_array().unwrap().as_slice() else { panic!("{listed}") };
        assert_eq!(conversation["metadata"]["contact"]["display_name"], "Margaret Hamilton");
        let message = &conversation["last_message"];
        assert_eq!(message["content"], "Hello world");
        assert_eq!(message["sent_at"], "2020-10-25T21:24:54.560Z");
        assert_eq!(message["metadata"]["reaction"]["emoji"], "❤️");
        assert_eq!(conversation["channel"]["metadata"]["my_key"], "my value");
    }

    async fn a_source_cannot_take_another_s_channel(hub: TestHub) {
        connect(&hub, "facebook", "fb-page-id-1").await;
        let token = source_named(&hub, "face").await;
        let before = (hub.call("/channels.list", json!({})).await, hub.events().await.len());

        let taken = as_source(&hub, "/sources.channels.create", &token, json!({
            "name": "mine now", "source_channel_id": "bookfb-page-id-1", "metadata": {"a": 1}
        })).await;

        taken.error(409, "channel_taken");
        assert_eq!((hub.call("/channels.list", json!({})).await, hub.events().await.len()), before);
    }

    async fn a_connector_cannot_take_a_source_s_channel(hub: TestHub) {
        let token = with_channel(&hub, "chat", "pluginsite").await;

        let taken = hub.post("/channels.chatplugin.connect", json!({"name": "site"})).await;

        taken.error(409, "channel_taken");
        let kept = as_source(&hub, "/sources.channels.list", &token, json!({})).await.json();
        assert_eq!(kept["data"][0]["source_channel_id"], "pluginsite");
    }

    async fn a_source_cannot_write_into_another_s_channel_or_conversation(hub: TestHub) {
        let theirs = with_channel(&hub, "facebook-archive", "c").await;
        let own = with_channel(&hub, "face", "own").await;
        let message = json!({"messages": [posted("c", "7", "m")]});
        assert_eq!(as_source(&hub, "/sources.webhook", &theirs, message).await.status, 200);
        hub.applied().await;
        let before = only_conversation(&hub).await;

        let post = json!({
            "messages": [
                posted("book-archivec", "in their channel", "m1"),
                posted("own", "book-archive7", "in their conversation"),
                posted("own", "mine", "fine"),
            ],
            "metadata": [
                {"namespace": "conversation", "source_id": "book-archive7", "metadata": {"contact": {"display_name": "X"}, "state": "CLOSED"}},
                {"namespace": "message", "source_id": "book-archivem", "metadata": {"reaction": {"emoji": "!"}}}
            ]
        });
        assert_eq!(as_source(&hub, "/sources.webhook", &own, post).await.status, 200);
        hub.applied().await;

        let all = conversations(&hub).await;
        assert_eq!(all.len(), 2, "{all:?}");
        assert!(all.contains(&before), "{all:?} {before}");
        let mine = all.iter().find(|conversation| conversation["id"] != before["id"]).unwrap();
        assert_eq!(mine["last_message"]["content"]["text"], "fine");
        let [envelope] = envelopes(&hub, "unrouted").await.try_into().unwrap();
        let info = hub.call("/envelopes.info", json!({"id": envelope["id"]})).await;
        let entries: Vec<_> = info["findings"].as_array().unwrap().iter().map(|finding| finding["entry"].clone()).collect();
        assert_eq!(entries.len(), 5, "{info}");
    }

    async fn two_sources_that_come_to_one_conversation_at_once_do_not_share_it(hub: TestHub) {
        let one = with_channel(&hub, "ab", "c").await;
        let other = with_channel(&hub, "a", "d").await;

        for (token, post) in [(&one, posted("c", "1", "x")), (&other, posted("d", "b1", "y"))] {
            let answer = as_source(&hub, "/sources.webhook", token, json!({"messages": [post]})).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        hub.applied().await;

        assert_eq!(only_conversation(&hub).await["last_message"]["content"]["text"], "x");
        assert_eq!(envelopes(&hub, "unrouted").await.len(), 1);
    }

    async fn the_token_of_a_source_that_was_created_again_is_the_new_one_alone(hub: TestHub) {
        let old = source(&hub).await;
        hub.post("/sources.delete", json!({"source_id": "my-source"})).await;
        let new = source(&hub).await;
        hub.call("/sources.update", json!({"source_id": "my-source", "name": "Other"})).await;

        let refused = as_source(&hub, "/sources.channels.list", &old, json!({})).await;
        let opened = as_source(&hub, "/sources.channels.list", &new, json!({})).await;

        refused.error(403, "unauthorized");
        assert_eq!(opened.status, 200, "{}", opened.text);
    }

    async fn tokens_open_only_what_they_are_for(hub: TestHub) {
        let token = source(&hub).await;
        let create = json!({"name": "c", "source_channel_id": "c"});

        hub.post("/sources.channels.create", create.clone()).await.error(403, "unauthorized");
        as_source(&hub, "/sources.channels.create", "no-token", create.clone()).await.error(403, "unauthorized");
        for taken in ["my-source", "facebook"] {
            let answer = hub.post("/sources.create", json!({"source_id": taken})).await;
            assert_eq!((answer.status, &answer.json()["message"]), (409, &json!("Source already exists")));
        }
        assert_eq!(hub.call("/sources.list", json!({})).await["data"][0]["token"], Value::Null);
        hub.post("/sources.delete", json!({"source_id": "my-source"})).await;
        assert_eq!(as_source(&hub, "/sources.channels.create", &token, create).await.status, 404);
    }

    async fn defect_25_a_source_without_an_endpoint_can_be_updated(hub: TestHub) {
        source(&hub).await;

        let updated = hub.call("/sources.update", json!({"source_id": "my-source", "name": "Other"})).await;

        assert_eq!((&updated["name"], &updated["action_endpoint"]), (&json!("Other"), &Value::Null));
        assert_eq!(hub.post("/sources.update", json!({"source_id": "none"})).await.status, 404);
    }

    async fn a_post_that_is_none_is_refused_with_the_field_that_is_at_fault(hub: TestHub) {
        let token = source(&hub).await;
        let post = async |media: &str, body: String| {
            let request = hub.request(Method::POST, "/sources.webhook").bearer_auth(&token);
            Answer::read(request.header("content-type", media).body(body).send().await.unwrap()).await
        };
        let json = "application/json";
        let without = |field: &str| {
            let mut message = posted("c", "c", "m");
            message.as_object_mut().unwrap().remove(field);
            json!({"messages": [message]}).to_string()
        };
        let with = |field: &str, value: Value| {
            let mut message = posted("c", "c", "m");
            message[field] = value;
            json!({"messages": [posted("c", "c", "m0"), message]}).to_string()
        };

        for body in ["", " ", "{}", "{\"messages\": []}"] {
            assert_eq!(post(json, body.to_owned()).await.status, 200, "{body}");
        }
        post("text/plain", "{}".to_owned()).await.error(415, "unsupported_media_type");
        for body in ["{bad", "{} {}", "{}garbage", "{\"messages\": ["] {
            post(json, body.to_owned()).await.error(400, "malformed_json");
        }
        for body in ["[]", "5", "null", "\"text\""] {
            assert_eq!(post(json, body.to_owned()).await.error(400, "invalid_request")["field"], Value::Null, "{body}");
        }
        for field in ["content", "sent_at", "source_message_id", "source_sender_id"] {
            let refused = post(json, without(field)).await.error(400, "invalid_request");
            assert_eq!(refused["field"], format!("messages[0].{field}"));
        }
        for (field, value) in [
            ("source_message_id", json!("")), ("source_conversation_id", json!(" ")),
            ("sent_at", json!("2020-10-25T21:24:54")), ("sent_at", json!("2020-10-25")), ("sent_at", json!(-1)),
            ("sent_at", json!(253_402_300_800_000_i64)), ("sent_at", json!("1969-12-31T23:59:59Z")),
        ] {
            let refused = post(json, with(field, value.clone())).await.error(400, "invalid_request");
            assert_eq!(refused["field"], format!("messages[1].{field}"), "{value}");
        }
        for value in [json!("2020-10-25T21:24:54.560Z"), json!("2020-10-25T23:24:54+02:00"), json!("1603661094560")] {
            assert_eq!(post(json, with("sent_at", value.clone())).await.status, 200, "{value}");
        }
        assert_eq!(post(json, with("content", Value::Null)).await.status, 200);
    }

    async fn a_post_with_an_unknown_namespace_leaves_nothing(hub: TestHub) {
        let token = source(&hub).await;

        let answer = as_source(&hub, "/sources.webhook", &token, json!({
            "messages": [{
                "source_message_id": "m", "source_conversation_id": "c", "source_channel_id": "c",
                "source_sender_id": "s", "content": {}, "sent_at": 1
            }],
            "metadata": [{"namespace": "channel", "source_id": "c", "metadata": {}}]
        })).await;

        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["message"], "Unknown metadata namespace channel");
        assert_eq!(hub.call("/envelopes.list", json!({})).await["data"], json!([]));
    }
}
