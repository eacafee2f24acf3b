//! Two hubs on one database take in the messages of the same accounts.

use std::sync::Arc;
use std::time::Duration;

use switchboard_domain::{
    Chance as _, ChannelId, ConversationId, EventKind, FixedChance, Message, NodeId, Timestamp,
};
use switchboard_engine::ingest::IngestError;
use switchboard_storage::{StorageError, Touches};
use tokio::task::JoinSet;

use super::bodies::{NUMBER, arrives, whatsapp_text};
use super::lists::conversations;
use crate::harness::{NOON, StoreKind, TestHub};
use crate::inbound::provider::{SECRETS, connect, hub_of_the_fixtures};

/// People who write side by side.
const PEOPLE: i64 = 20;
/// What each of them writes, one after another.
const TEXTS: i64 = 100;
/// Every so many calls go to both hubs.
const TO_BOTH_EVERY: i64 = 5;

async fn two() -> (TestHub, TestHub, ChannelId) {
    let one = hub_of_the_fixtures(StoreKind::Postgres).await;
    let channel = connect(&one, "whatsapp", NUMBER).await;
    let other = one.second_with(SECRETS).await;
    (one, other, channel)
}

/// A conversation's messages in the order in which they were stored.
async fn by_arrival(hub: &TestHub, id: ConversationId) -> Vec<Message> {
    let found = hub
        .log
        .read::<_, StorageError, _>(move |tx| tx.message_page(id, None, 1000))
        .await;
    let mut found = found.expect("the store answers");
    found.sort_by_key(|message| message.sequence);
    found
}

fn names(messages: &[Message]) -> Vec<String> {
    let name = |message: &Message| message.provider_id.clone().expect("providers name them");
    messages.iter().map(name).collect()
}

/// The hub that applies envelopes, and the other one.
async fn sorted(one: TestHub, other: TestHub) -> (TestHub, TestHub) {
    // Somebody has to hold the lease, which only who applies does.
    arrives(
        &one,
        "/whatsapp",
        &whatsapp_text("1", "wamid.first", 0, "hello"),
    )
    .await;
    one.applied().await;
    match (
        one.engine.apply_envelopes().await,
        other.engine.apply_envelopes().await,
    ) {
        (Ok(_), Err(IngestError::NotOurs)) => (one, other),
        (Err(IngestError::NotOurs), Ok(_)) => (other, one),
        both => panic!("one of them applies: {both:?}"),
    }
}

/// What one person writes, delivered to the hubs in turns and now and then to both.
async fn write(hubs: Arc<[TestHub; 2]>, person: i64) {
    let number = (person + 1).to_string();
    let [even, odd] = &*hubs;
    for nth in 0..TEXTS {
        let text = whatsapp_text(&number, &format!("wamid.{person}.{nth}"), nth, "hello");
        let (first, second) = if nth % 2 == 0 {
            (even, odd)
        } else {
            (odd, even)
        };
        arrives(first, "/whatsapp", &text).await;
        if nth % TO_BOTH_EVERY == 0 {
            arrives(second, "/whatsapp", &text).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_both_take_in_is_there_once_and_in_each_persons_order() {
    let (one, other, channel) = two().await;
    let hubs = Arc::new([one, other]);
    let mut people = JoinSet::new();
    for person in 0..PEOPLE {
        people.spawn(write(Arc::clone(&hubs), person));
    }
    people.join_all().await;
    hubs[0].applied().await;

    let listed = conversations(&hubs[1]).await;
    assert_eq!(listed.len(), usize::try_from(PEOPLE).expect("it fits"));
    assert!(
        listed
            .iter()
            .all(|listed| listed["metadata"]["unread_count"] == TEXTS)
    );
    for person in 0..PEOPLE {
        let id = ConversationId::derive(channel, &(person + 1).to_string());
        let stored = by_arrival(&hubs[0], id).await;
        let expected: Vec<_> = (0..TEXTS)
            .map(|nth| format!("wamid.{person}.{nth}"))
            .collect();
        assert_eq!(names(&stored), expected);
    }
    let events = hubs[0].events().await;
    let told: usize = events
        .iter()
        .filter(|event| event.kind == EventKind::MessageCreated)
        .count();
    assert_eq!(
        i64::try_from(told).expect("it fits"),
        PEOPLE * TEXTS,
        "each is announced once"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_one_that_applies_stops_the_other_goes_on_at_once() {
    let (one, other, channel) = two().await;
    let (applies, waits) = sorted(one, other).await;

    applies.stop().await;
    arrives(
        &waits,
        "/whatsapp",
        &whatsapp_text("1", "wamid.second", 1, "hello"),
    )
    .await;

    // The clock stands still: no lease has run out.
    waits.applied().await;
    let id = ConversationId::derive(channel, "1");
    assert_eq!(
        names(&by_arrival(&waits, id).await),
        ["wamid.first", "wamid.second"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_one_that_applies_dies_the_other_goes_on_after_its_lease() {
    let (one, other, channel) = two().await;
    let (hub, second) = sorted(one, other).await;
    second.stop().await;
    // A third one took over when the lease had ended, and died.
    hub.clock.advance(Duration::from_secs(15));
    let now = NOON.after(Duration::from_secs(15));
    let taken = hub
        .log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            let node = NodeId::from_uuid(FixedChance::seeded(u64::MAX / 2).uuid());
            tx.lease_apply(node, now, now.after(Duration::from_secs(15)))
        })
        .await;
    assert!(
        taken.expect("the store answers").is_some(),
        "a lease of 15 s has ended"
    );
    arrives(
        &hub,
        "/whatsapp",
        &whatsapp_text("1", "wamid.second", 1, "hello"),
    )
    .await;
    let id = ConversationId::derive(channel, "1");
    for seconds in [0, 14] {
        hub.clock
            .set(Timestamp::from_millis(now.as_millis() + seconds * 1000));
        let denied = hub.engine.apply_envelopes().await;
        assert!(matches!(denied, Err(IngestError::NotOurs)), "{denied:?}");
        assert_eq!(names(&by_arrival(&hub, id).await), ["wamid.first"]);
    }

    hub.clock.advance(Duration::from_secs(1));

    hub.applied().await;
    assert_eq!(
        names(&by_arrival(&hub, id).await),
        ["wamid.first", "wamid.second"]
    );
}
