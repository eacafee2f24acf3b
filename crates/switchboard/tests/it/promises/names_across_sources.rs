//! What a provider calls a message or an account means that one and no other.

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, Connection};
use switchboard_storage::{StorageError, Touches};

use super::bodies::{NUMBER, PAGE, arrives, event, meta, page_text, whatsapp, whatsapp_text};
use super::lists::{conversations, envelopes, message_named, messages, only_conversation};
use crate::harness::TestHub;
use crate::inbound::provider::{connect, deliver};
use crate::on_fixtures;

/// An account that two providers happen to call the same.
const SAME: &str = "555000111";

/// As disconnecting would have left it.
async fn disconnect(hub: &TestHub, id: ChannelId) {
    hub.log
        .write::<_, StorageError, _>(Touches::channel(id), move |tx| {
            let mut channel = tx.channel(id)?.expect("it exists");
            channel.connection = Connection::Disconnected;
            tx.put_channel(&channel)
        })
        .await
        .expect("the store answers");
}

/// The same message as a page hears it that only listens, and as one that holds the thread: in other
/// words.
fn as_listener_and_as_holder() -> [Value; 2] {
    let brief = json!({"mid": "m_1", "text": "hello"});
    let long = json!({"mid": "m_1", "text": "hello", "nlp": {"entities": {}}});
    [
        meta(
            "page",
            PAGE,
            "standby",
            &[event(("7", PAGE), 0, ("message", brief))],
        ),
        meta(
            "page",
            PAGE,
            "messaging",
            &[event(("7", PAGE), 0, ("message", long))],
        ),
    ]
}

async fn is_one_message_with_its_reaction(hub: &TestHub) {
    let reaction = json!({"mid": "m_1", "action": "react", "emoji": "❤️", "reaction": "love"});
    let reacted = event(("7", PAGE), 5, ("reaction", reaction));
    arrives(
        hub,
        "/facebook",
        &meta("page", PAGE, "messaging", &[reacted]),
    )
    .await;
    hub.applied().await;

    let conversation = only_conversation(hub).await;
    assert_eq!(messages(hub, &conversation).await.len(), 1);
    assert_eq!(conversation["metadata"]["unread_count"], 1);
    let message = message_named(hub, "m_1").await;
    assert_eq!(message["metadata"]["reaction"]["emoji"], "❤️");
}

on_fixtures! {
    async fn defect_12_a_message_that_a_page_heard_before_it_held_the_thread_is_one(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        for body in as_listener_and_as_holder() {
            arrives(&hub, "/facebook", &body).await;
        }

        is_one_message_with_its_reaction(&hub).await;
    }

    async fn defect_12_a_message_that_a_page_heard_after_it_held_the_thread_is_one(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        for body in as_listener_and_as_holder().iter().rev() {
            arrives(&hub, "/facebook", body).await;
        }

        is_one_message_with_its_reaction(&hub).await;
    }

    async fn defect_12_the_same_message_twice_in_one_call_is_one(hub: TestHub) {
        connect(&hub, "facebook", PAGE).await;
        let [standby, messaging] = as_listener_and_as_holder();
        let mut entries = standby["entry"].as_array().expect("a list").clone();
        entries.extend(messaging["entry"].as_array().expect("a list").clone());

        arrives(&hub, "/facebook", &json!({"object": "page", "entry": entries})).await;

        is_one_message_with_its_reaction(&hub).await;
    }

    async fn defect_16_two_sources_may_call_their_accounts_the_same(hub: TestHub) {
        let page = connect(&hub, "facebook", SAME).await;
        let number = connect(&hub, "whatsapp", SAME).await;
        let text = json!({"from": "7", "id": "wamid.1", "timestamp": "1790000000", "type": "text", "text": {"body": "hello"}});
        arrives(&hub, "/whatsapp", &whatsapp(SAME, "messages", &json!({"messages": [text]}))).await;
        let hello = event(("7", SAME), 0, ("message", json!({"mid": "m_1", "text": "hello"})));
        arrives(&hub, "/facebook", &meta("page", SAME, "messaging", std::slice::from_ref(&hello))).await;
        hub.applied().await;

        let listed = conversations(&hub).await;
        let mut channels: Vec<_> = listed.iter().map(|listed| (listed["channel"]["source"].clone(), listed["channel"]["id"].clone())).collect();
        channels.sort_by_key(|(source, _)| source.to_string());
        assert_eq!(channels, [(json!("facebook"), json!(page.to_string())), (json!("whatsapp"), json!(number.to_string()))]);

        disconnect(&hub, number).await;
        let more = event(("7", SAME), 5, ("message", json!({"mid": "m_2", "text": "more"})));
        arrives(&hub, "/facebook", &meta("page", SAME, "messaging", &[more])).await;
        hub.applied().await;
        assert_eq!(message_named(&hub, "m_2").await["source"], "facebook", "the other one's end is not its own");
    }

    async fn defect_16_a_disconnected_account_takes_nothing_in_and_nothing_is_lost(hub: TestHub) {
        let page = connect(&hub, "facebook", PAGE).await;
        disconnect(&hub, page).await;
        arrives(&hub, "/facebook", &page_text("7", "m_1", 0, "hello")).await;
        hub.applied().await;
        assert_eq!(conversations(&hub).await, Vec::<Value>::new());
        let kept = envelopes(&hub, "unrouted").await;
        assert_eq!(kept[0]["findings"][0]["source_channel_id"], PAGE);

        connect(&hub, "facebook", PAGE).await;
        let replayed = hub.call("/envelopes.replay", json!({"id": kept[0]["id"]})).await;

        assert_eq!(replayed["verdict"], "applied");
        assert_eq!(message_named(&hub, "m_1").await["sent_at"], "2026-11-22T12:00:00.000Z");
    }

    async fn defect_16_google_and_viber_heed_that_an_account_is_disconnected(hub: TestHub) {
        for (source, account, path, fixture) in [
            ("google", "7055d47a-a351-46f2-8b79-3f2c1f2b3c1d", "/google", "google/text.json"),
            ("viber", "pa:1", "/viber", "viber/text.json"),
            ("whatsapp", NUMBER, "/whatsapp", "whatsapp/airy_text.json"),
        ] {
            let channel = connect(&hub, source, account).await;
            disconnect(&hub, channel).await;
            let answer = deliver(&hub, path, fixture).await;
            assert_eq!(answer.status, 200, "{fixture}: {}", answer.text);
            hub.applied().await;
            assert_eq!(conversations(&hub).await, Vec::<Value>::new(), "{source}");
        }
        assert_eq!(envelopes(&hub, "unrouted").await.len(), 3);

        connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.1", 0, "hello")).await;
        hub.applied().await;
        assert_eq!(conversations(&hub).await.len(), 1);
    }
}
