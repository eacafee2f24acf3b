//! Pictures of those who write.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use switchboard_domain::{ConversationId, EventKind, MediaCopy};
use switchboard_sandbox::Source;
use switchboard_storage::{StorageError, Touches};

use crate::harness::TestHub;
use crate::on_both_stores;

/// Somebody writes to a page; waits until Meta was asked who that is, and the picture was fetched.
async fn somebody_with_a_picture_writes(hub: &TestHub) {
    hub.sandbox.set_hub(&hub.url);
    let request = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
    hub.call("/channels.facebook.connect", request).await;
    let said = hub.sandbox.say(Source::Facebook, "hello").await;
    assert!(said.expect("it is possible").is_accepted());
    hub.applied().await;
    hub.engine
        .fetch_profiles()
        .await
        .expect("the store answers");
    hub.engine.copy_media().await.expect("the store answers");
}

/// The addresses of the picture that lists and details show.
async fn shown(hub: &TestHub) -> Vec<String> {
    let conversations = hub.call("/conversations.list", json!({})).await;
    let conversation = &conversations["data"][0];
    let of = json!({"conversation_id": conversation["id"]});
    let info = hub.call("/conversations.info", of.clone()).await;
    let contacts = hub.call("/contacts.list", json!({})).await;
    let contact = hub.call("/contacts.info", of).await;
    [
        &conversation["metadata"]["contact"]["avatar_url"],
        &info["metadata"]["contact"]["avatar_url"],
        &contacts["data"][0]["avatar_url"],
        &contact["avatar_url"],
    ]
    .map(|url| url.as_str().unwrap_or_default().to_owned())
    .to_vec()
}

/// How often a conversation was announced as changed.
async fn updates(hub: &TestHub) -> usize {
    let events = hub.events().await;
    let updates = events
        .iter()
        .filter(|event| event.kind == EventKind::ConversationUpdated);
    updates.count()
}

async fn status(hub: &TestHub, url: &str) -> u16 {
    let path = url.strip_prefix(&hub.url).expect("it is the hub's");
    let answer = hub.request(Method::GET, path).send().await;
    answer.expect("the hub answers").status().as_u16()
}

on_both_stores! {
    async fn a_picture_is_copied_before_its_link_ends_and_shown_wherever_somebody_is(hub: TestHub) {
        somebody_with_a_picture_writes(&hub).await;

        for later in [Duration::ZERO, Duration::from_hours(48)] {
            hub.clock.advance(later);
            for url in shown(&hub).await {
                assert!(url.starts_with(&format!("{}/media/copy-", hub.url)), "{url}");
                assert_eq!(status(&hub, &url).await, 200);
            }
        }
        assert_eq!(hub.sandbox.violations(), []);
        // Who they are, and the copy.
        assert_eq!(updates(&hub).await, 2);
    }

    async fn a_picture_that_comes_with_a_message_is_copied_once(hub: TestHub) {
        hub.sandbox.set_hub(&hub.url);
        hub.call("/channels.viber.connect", json!({})).await;
        for text in ["one", "two"] {
            let said = hub.sandbox.say(Source::Viber, text).await;
            assert!(said.expect("it is possible").is_accepted());
            hub.applied().await;
            hub.engine.copy_media().await.expect("the store answers");
        }

        for url in shown(&hub).await {
            assert!(url.starts_with(&format!("{}/media/copy-", hub.url)), "{url}");
            assert_eq!(status(&hub, &url).await, 200);
        }
        // Who they are, and the copy.
        assert_eq!(updates(&hub).await, 2);
    }

    async fn a_picture_goes_with_the_person(hub: TestHub) {
        somebody_with_a_picture_writes(&hub).await;
        let url = shown(&hub).await.remove(0);
        let contacts = hub.call("/contacts.list", json!({})).await;

        let erased = hub.post("/contacts.erase", json!({"id": contacts["data"][0]["id"]})).await;

        assert_eq!(erased.status, 204, "{}", erased.text);
        assert_eq!(status(&hub, &url).await, 404);
    }

    async fn a_picture_is_fetched_when_somebody_looks_where_that_is_wanted(hub: TestHub) {
        let hub = hub.restart(&[("media.policy", "proxy")]).await;
        somebody_with_a_picture_writes(&hub).await;

        for url in shown(&hub).await {
            assert!(url.starts_with(&format!("{}/media/proxy/", hub.url)), "{url}");
            assert_eq!(status(&hub, &url).await, 200);
        }
    }

    async fn a_picture_that_was_given_up_is_copied_once_the_provider_is_asked_again(hub: TestHub) {
        hub.sandbox.set_hub(&hub.url);
        let request = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
        hub.call("/channels.facebook.connect", request).await;
        hub.sandbox.say(Source::Facebook, "hello").await.expect("it is possible");
        hub.applied().await;
        hub.engine.fetch_profiles().await.expect("the store answers");
        hub.engine.copy_media().await.expect("the store answers");
        let conversations = hub.call("/conversations.list", json!({})).await;
        let id = conversations["data"][0]["id"].as_str().expect("text").parse().expect("an id");
        let holder = MediaCopy::for_pictures_of(ConversationId::from_uuid(id));
        hub.log.write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            let copies = tx.media_copies(&[holder])?;
            let given_up = MediaCopy { key: None, error: Some("it was gone".to_owned()), ..copies[0].clone() };
            tx.put_media_copy(&given_up)
        }).await.expect("the store answers");
        assert!(!shown(&hub).await[0].starts_with(&hub.url));

        hub.post("/conversations.refetch", json!({"conversation_id": id})).await;
        hub.engine.fetch_profiles().await.expect("the store answers");
        hub.engine.copy_media().await.expect("the store answers");

        assert_eq!(status(&hub, &shown(&hub).await[0]).await, 200);
    }

    async fn a_picture_stays_the_providers_link_where_links_are_wanted(hub: TestHub) {
        let hub = hub.restart(&[("media.policy", "link")]).await;
        somebody_with_a_picture_writes(&hub).await;

        for url in shown(&hub).await {
            assert!(!url.is_empty() && !url.starts_with(&hub.url), "{url}");
        }
    }
}
