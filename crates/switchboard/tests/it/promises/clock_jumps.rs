//! P32: whatever the hub's clock shows, nothing is lost, doubled or put in another order.

use std::time::Duration;

use serde_json::json;
use switchboard_domain::{
    Chance as _, ChannelId, Clock as _, ConversationId, FixedChance, Message, NodeId, Source,
    SourceChannelId, Timestamp,
};
use switchboard_storage::{StorageError, Touches, Writers};

use super::bodies::{NUMBER, arrives, whatsapp_act, whatsapp_text};
use super::lists::{messages, only_conversation};
use crate::harness::{NOON, TestHub};
use crate::inbound::provider::{SECRETS, connect};
use crate::on_fixtures;

const DAY: i64 = 24 * 3600 * 1000;
/// How the clock goes between two messages.
const JUMPS: [i64; 9] = [DAY, -2 * DAY, 0, DAY, -1, -DAY, 3 * DAY, -DAY, 1];

fn jump(hub: &TestHub, by: i64) {
    let now = hub.clock.now().as_millis() + by;
    hub.clock.set(Timestamp::from_millis(now));
}

/// The messages of the only conversation, in the order in which they were stored.
async fn by_arrival(hub: &TestHub) -> Vec<Message> {
    let channel = ChannelId::derive(&Source::named("whatsapp"), &SourceChannelId::new(NUMBER));
    let id = ConversationId::derive(channel, "49157");
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

/// Somebody else applies envelopes until then, and does not: it is dead.
async fn is_leased_by_the_dead(hub: &TestHub, until: i64) -> bool {
    let node = NodeId::from_uuid(FixedChance::seeded(u64::MAX / 2).uuid());
    let until = Timestamp::from_millis(until);
    let leased = hub
        .log
        .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
            tx.lease_apply(node, Timestamp::from_millis(i64::MAX), until)
        })
        .await;
    leased.expect("the store answers").is_some()
}

on_fixtures! {
    async fn a_clock_that_jumps_between_messages_changes_nothing_of_them(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let mut expected = Vec::new();
        for (second, by) in (0..).zip(JUMPS) {
            let id = format!("wamid.{second}");
            arrives(&hub, "/whatsapp", &whatsapp_text("49157", &id, second, "hello")).await;
            if second % 2 == 0 {
                hub.applied().await;
            }
            jump(&hub, by);
            // The provider delivers once more, seen from another day.
            arrives(&hub, "/whatsapp", &whatsapp_text("49157", &id, second, "hello")).await;
            expected.push(id);
        }
        hub.applied().await;

        let conversation = only_conversation(&hub).await;
        assert_eq!(names(&by_arrival(&hub).await), expected);
        let shown = messages(&hub, &conversation).await;
        let shown: Vec<_> = shown.iter().map(|message| message["content"]["id"].as_str().expect("text").to_owned()).collect();
        assert_eq!(shown, expected);
        assert_eq!(conversation["metadata"]["unread_count"], expected.len());
        assert_eq!(conversation["last_message"]["content"]["id"], *expected.last().expect("there are some"));
        let events = hub.events().await;
        assert!(events.windows(2).all(|two| two[0].position < two[1].position));
    }

    async fn what_waits_for_a_message_finds_it_though_the_clock_has_gone_back(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        let reaction = json!({"message_id": "wamid.0", "emoji": "👍"});
        let reacted = whatsapp_act("49157", "wamid.R", 10, ("reaction", reaction));
        arrives(&hub, "/whatsapp", &reacted).await;
        hub.applied().await;
        jump(&hub, -DAY);

        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.0", 0, "hello")).await;
        hub.applied().await;

        let message = only_conversation(&hub).await["last_message"].clone();
        assert_eq!(message["metadata"]["reaction"]["emoji"], "👍");
    }

    async fn a_hub_that_starts_on_an_earlier_day_goes_on_where_the_last_one_stopped(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.0", 0, "hello")).await;
        hub.applied().await;
        jump(&hub, -DAY);
        let hub = hub.restart(SECRETS).await;

        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.1", 1, "hello")).await;
        hub.applied().await;

        assert_eq!(names(&by_arrival(&hub).await), ["wamid.0", "wamid.1"]);
    }

    async fn the_lease_of_a_hub_that_died_holds_nobody_up_for_longer_than_it_lasts(hub: TestHub) {
        connect(&hub, "whatsapp", NUMBER).await;
        // It died with a lease of 15 s. Where nobody else can use the database, even one that a clock of
        // tomorrow has written is nobody's.
        let is_alone = hub.log.writers() == Writers::ThisProcessAlone;
        let until = NOON.as_millis() + if is_alone { DAY } else { 15_000 };
        assert!(is_leased_by_the_dead(&hub, until).await);
        let hub = hub.restart(SECRETS).await;
        arrives(&hub, "/whatsapp", &whatsapp_text("49157", "wamid.0", 0, "hello")).await;

        if !is_alone {
            hub.clock.advance(Duration::from_secs(15));
        }
        hub.applied().await;

        assert_eq!(names(&by_arrival(&hub).await), ["wamid.0"]);
    }
}
