//! The web chat, as its visitors call it.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_domain::{Conversation, ConversationId, Source};
use switchboard_storage::{StorageError, Touches};

use super::provider::connect;
use crate::harness::{Answer, NOON, TestHub};
use crate::on_both_stores;

async fn chat_channel(hub: &TestHub) -> Value {
    let channel = hub
        .call("/channels.chatplugin.connect", json!({"name": "site"}))
        .await;
    channel["id"].clone()
}

async fn as_visitor(hub: &TestHub, path: &str, token: &str, body: Value) -> Answer {
    let request = hub
        .request(Method::POST, path)
        .bearer_auth(token)
        .header("origin", "https://shop.example")
        .json(&body);
    Answer::read(request.send().await.unwrap()).await
}

on_both_stores! {
    async fn a_visitor_writes_comes_back_and_finds_what_they_wrote(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
        assert_eq!(visit["messages"], json!([]));
        let token = visit["token"].as_str().unwrap();
        assert_eq!(hub.call("/conversations.list", json!({})).await["data"], json!([]));

        let sent = as_visitor(&hub, "/chatplugin.send", token, json!({"message": {"text": "answer is 42"}})).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        let sent_json = sent.json();
        assert_eq!(sent_json["content"], json!({"text": "answer is 42"}));
        assert_eq!(sent_json["delivery_state"], "delivered");
        assert_eq!(sent_json["from_contact"], true);
        assert_eq!(sent.header("access-control-allow-origin"), Some("https://shop.example"));

        let listed = hub.call("/conversations.list", json!({"filters": "source:chatplugin AND text:answer"})).await;
        assert_eq!(listed["data"][0]["last_message"]["id"], sent_json["id"]);
        assert_eq!(listed["data"][0]["id"], sent_json["sender"]["id"]);
        let resume = as_visitor(&hub, "/chatplugin.resumeToken", token, json!({})).await.json();
        let back = hub.call("/chatplugin.authenticate", json!({"resume_token": resume["resume_token"]})).await;
        assert_eq!(back["messages"], json!([sent_json]));
        let again = as_visitor(&hub, "/chatplugin.send", back["token"].as_str().unwrap(), json!({"message": {"text": "still"}})).await;
        assert_eq!(again.status, 200);
        let listed = hub.call("/conversations.list", json!({})).await;
        assert_eq!(listed["pagination_data"]["total"], 1);
    }

    async fn defect_10_a_token_to_come_back_opens_only_conversations_of_its_channel(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let page = connect(&hub, "facebook", "108201940000001").await;
        let private = ConversationId::derive(page, "7");
        hub.log.write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            let begun = Conversation::begun(private, page, Source::named("facebook"), "7", NOON);
            tx.put_conversations(&[begun])
        }).await.unwrap();
        let hub = hub.restart(&[("security.system_token", "s3cret")]).await;
        let nobodys = json!("7fd34ed2-88ae-5797-950d-9ff8a93e6ea2");
        let ask = async |channel: &Value, conversation: &Value| {
            let body = json!({"channel_id": channel, "conversation_id": conversation});
            as_visitor(&hub, "/chatplugin.resumeToken", "s3cret", body).await
        };

        let elsewhere = ask(&channel, &json!(private.to_string())).await;
        let no_chat = ask(&json!(page.to_string()), &nobodys).await;
        let begun = ask(&channel, &nobodys).await;

        elsewhere.error(404, "not_found");
        no_chat.error(404, "unknown_channel");
        assert_eq!(begun.status, 200, "{}", begun.text);
    }

    async fn defect_24_two_messages_of_one_millisecond_both_stay(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
        let token = visit["token"].as_str().unwrap();

        for text in ["one", "two"] {
            as_visitor(&hub, "/chatplugin.send", token, json!({"message": {"text": text}})).await;
        }

        let listed = hub.call("/conversations.list", json!({})).await;
        let messages = hub.call("/messages.list", json!({"conversation_id": listed["data"][0]["id"]})).await;
        let texts: Vec<_> = messages["data"].as_array().unwrap().iter().map(|message| message["content"]["text"].clone()).collect();
        assert_eq!(texts, ["two", "one"]);
    }

    async fn a_repeated_post_of_the_same_name_answers_with_the_first_message(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let mut tokens = Vec::new();
        for _ in 0..2 {
            let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
            tokens.push(visit["token"].as_str().unwrap().to_owned());
        }
        let send = async |token: &str, name: &str, text: &str| {
            let request = hub.request(Method::POST, "/chatplugin.send").bearer_auth(token);
            let request = request.header("idempotency-key", name).json(&json!({"message": {"text": text}}));
            Answer::read(request.send().await.unwrap()).await
        };

        let first = send(&tokens[0], "1", "hello").await.json();
        let again = send(&tokens[0], "1", "hello").await.json();
        let other = send(&tokens[0], "2", "hello").await.json();
        let of_somebody_else = send(&tokens[1], "1", "hello").await.json();

        assert_eq!(again, first);
        assert_ne!(other["id"], first["id"]);
        assert_ne!(of_somebody_else["id"], first["id"]);
        let listed = hub.call("/messages.list", json!({"conversation_id": first["sender"]["id"]})).await;
        assert_eq!(listed["pagination_data"]["total"], 2);
        let nameless = send(&tokens[0], "", "hello").await;
        nameless.error(400, "invalid_request");
    }

    async fn what_a_visitor_writes_is_kept_as_it_came_without_their_token_and_can_be_replayed(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
        let token = visit["token"].as_str().unwrap();
        let request = hub.request(Method::POST, "/chatplugin.send").bearer_auth(token);
        let request = request.header("content-type", "application/json").body(r#"{"message": {"b": 1,  "a": 1.0}}"#);
        let sent = Answer::read(request.send().await.unwrap()).await.json();

        let kept = hub.call("/envelopes.list", json!({"source": "chatplugin"})).await;
        let [envelope] = &kept["data"].as_array().unwrap()[..] else { panic!("{kept}") };
        let info = hub.call("/envelopes.info", json!({"id": envelope["id"]})).await;
        let replayed = hub.call("/envelopes.replay", json!({"id": envelope["id"]})).await;

        assert_eq!(envelope["target"], "/chatplugin.send");
        let body = info["body"].as_str().unwrap();
        assert!(body.contains(r#"{"b": 1,  "a": 1.0}"#), "{body}");
        assert!(!info.to_string().contains(token), "{info}");
        assert_eq!((&replayed["new_messages"], &replayed["known_messages"]), (&json!([]), &json!(1)));
        assert_eq!(replayed["changes"], json!({}));
        let messages = hub.call("/messages.list", json!({"conversation_id": sent["sender"]["id"]})).await;
        assert_eq!(messages["pagination_data"]["total"], 1);
    }

    async fn erasing_a_visitor_erases_what_was_kept_of_their_calls(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
        let message = json!({"message": {"text": "hello"}});
        let sent = as_visitor(&hub, "/chatplugin.send", visit["token"].as_str().unwrap(), message).await.json();
        let contact = hub.call("/contacts.info", json!({"conversation_id": sent["sender"]["id"]})).await;

        let erased = hub.post("/contacts.erase", json!({"id": contact["id"]})).await;

        assert_eq!(erased.status, 204, "{}", erased.text);
        let kept = hub.call("/envelopes.list", json!({"source": "chatplugin"})).await;
        assert_eq!(kept["data"], json!([]));
    }

    async fn what_a_visitor_writes_on_a_channel_that_goes_meanwhile_waits_for_its_return(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visitor = ConversationId::from_uuid("7fd34ed2-88ae-5797-950d-9ff8a93e6ea2".parse().unwrap());
        let body = json!({"source_channel_id": "site", "conversation_id": visitor.to_string(), "name": "1", "message": {"text": "hello"}});
        hub.post("/channels.chatplugin.disconnect", json!({"channel_id": channel})).await;
        let envelope = switchboard_domain::NewEnvelope {
            source: Source::named("chatplugin"),
            target: "/chatplugin.send".to_owned(),
            headers: switchboard_domain::RawJson::empty_object(),
            body: body.to_string().into_bytes(),
            received_at: NOON,
        };
        hub.log.accept(envelope).await.unwrap();
        hub.applied().await;
        let kept = hub.call("/envelopes.list", json!({"verdict": "unrouted"})).await;
        assert_eq!(kept["data"][0]["source"], "chatplugin");
        chat_channel(&hub).await;

        let replayed = hub.call("/envelopes.replay", json!({"id": kept["data"][0]["id"]})).await;

        assert_eq!(replayed["verdict"], "applied");
        let listed = hub.call("/messages.list", json!({"conversation_id": visitor.to_string()})).await;
        assert_eq!(listed["data"][0]["content"], json!({"text": "hello"}));
    }

    async fn a_token_that_has_run_out_or_is_none_is_401_and_no_token_403(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
        let token = visit["token"].as_str().unwrap().to_owned();
        let message = json!({"message": {"text": "hello"}});

        let none = hub.post("/chatplugin.send", message.clone()).await;
        none.error(403, "unauthorized");
        let wrong = as_visitor(&hub, "/chatplugin.send", "eyJhbGciOiJub25lIn0.e30.", message.clone()).await;
        wrong.error(401, "invalid_token");
        let resume = as_visitor(&hub, "/chatplugin.resumeToken", &token, json!({})).await.json();
        let confused = as_visitor(&hub, "/chatplugin.send", resume["resume_token"].as_str().unwrap(), message.clone()).await;
        confused.error(401, "invalid_token");
        hub.clock.advance(std::time::Duration::from_secs(3601));
        let late = as_visitor(&hub, "/chatplugin.send", &token, message).await;
        late.error(401, "invalid_token");
        let unknown = hub.post("/chatplugin.authenticate", json!({"channel_id": "7fd34ed2-88ae-5797-950d-9ff8a93e6ea2"})).await;
        unknown.error(404, "unknown_channel");
        let nothing = hub.post("/chatplugin.authenticate", json!({})).await;
        assert_eq!(nothing.error(400, "invalid_request")["field"], "channel_id");
    }

    async fn a_visitor_who_floods_is_told_to_wait(hub: TestHub) {
        let channel = chat_channel(&hub).await;
        let visit = hub.call("/chatplugin.authenticate", json!({"channel_id": channel})).await;
        let token = visit["token"].as_str().unwrap();

        let mut refused = None;
        for _ in 0..100 {
            let answer = as_visitor(&hub, "/chatplugin.send", token, json!({"message": {"text": "x"}})).await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
        }

        let refused = refused.expect("a hundred messages at once are too many");
        refused.error(429, "too_many_requests");
        assert!(refused.header("retry-after").is_some());
    }
}
