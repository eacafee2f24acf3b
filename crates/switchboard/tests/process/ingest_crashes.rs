//! A hub that dies, or whose database refuses, between any two steps of taking messages in.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, ConversationId, Source, SourceChannelId};
use switchboard_engine::FailPoint;
use switchboard_sandbox::{Act, Customer, Letter, MediaKind, Sandbox};

use crate::erase_crashes::is_of_erasing;
use crate::harness::{Answer, Hub, until};
use crate::on_both_stores;

const PAGE: &str = "fb-page-id-1";
/// More letters than any plan needs arrivals at its place; the hub is dead before the last.
const LETTERS: usize = 60;
/// Letters of one customer: a text, a picture, a text.
const OF_A_CUSTOMER: usize = 3;

/// The letters of one round, by customer, in the order they were written.
type Written = BTreeMap<String, Vec<String>>;

on_both_stores! {
    async fn what_was_answered_survives_a_death_at_every_place_and_what_was_not_can_come_again(site: Site) {
        site.connect_page(PAGE).await;
        for (round, (point, hit)) in deaths().enumerate() {
            let plan = format!("{}:abort:{hit}", point.as_str());
            let hub = site.start_planned(Some(&plan)).await;
            let mut written = Written::new();
            let mut unanswered = Vec::new();
            for number in 0..LETTERS {
                let letter = letter(&site.sandbox, round, number, &mut written);
                let said = site.sandbox.send(&letter).await;
                if !said.is_accepted() {
                    assert_eq!(said.status(), None, "{plan}: {said:?}");
                    unanswered.push(letter);
                    break;
                }
                // So that there are many units of work and not one big one.
                applied_or_dead(&hub).await;
            }
            say(&plan);
            let ended = hub.process.ended().await;
            assert_eq!(ended.code, None, "{plan}: it died by a signal: {ended:?}");
            site.let_leases_expire();

            let hub = site.start_planned(None).await;
            for letter in &unanswered {
                let said = site.sandbox.send(letter).await;
                assert!(said.is_accepted(), "{plan}: {said:?}");
            }

            applied(&hub).await;
            are_there_once_and_in_order(&hub, &written, &plan).await;
            are_known_by_name(&hub, &written).await;
            hub.stop().await;
        }
    }

    async fn a_database_that_refuses_at_any_place_costs_nothing_that_was_answered(site: Site) {
        site.connect_page(PAGE).await;
        for (round, point) in places().enumerate() {
            let plan = format!("{}:error:1", point.as_str());
            let hub = site.start_planned(Some(&plan)).await;
            let mut written = Written::new();
            for number in 0..2 * OF_A_CUSTOMER {
                let letter = letter(&site.sandbox, round, number, &mut written);
                let said = site.sandbox.send(&letter).await;
                let is_refused = number == 0 && is_before_the_answer(point);
                let expected = if is_refused { 503 } else { 200 };
                assert_eq!(said.status(), Some(expected), "{plan}: {said:?}");
                if is_refused {
                    assert!(site.sandbox.send(&letter).await.is_accepted(), "{plan}");
                }
            }

            applied(&hub).await;
            are_there_once_and_in_order(&hub, &written, &plan).await;
            hub.stop().await;
        }
    }

    async fn a_database_that_takes_nothing_for_a_while_sets_no_envelope_aside(site: Site) {
        site.connect_page(PAGE).await;
        // More often than an envelope is tried that is to blame itself.
        let plan = "apply.in_unit:error:1-6";
        let hub = site.start_planned(Some(plan)).await;
        let mut written = Written::new();

        for number in 0..OF_A_CUSTOMER {
            let letter = letter(&site.sandbox, 0, number, &mut written);
            assert!(site.sandbox.send(&letter).await.is_accepted());
        }

        applied(&hub).await;
        are_there_once_and_in_order(&hub, &written, plan).await;
        let aside = hub
            .call("/envelopes.list", &json!({"verdict": "malformed"}))
            .await;
        assert_eq!(aside["data"], json!([]));
        hub.stop().await;
    }
}

/// Every place, but for those of erasing: `erase_crashes.rs` goes through them.
fn places() -> impl Iterator<Item = FailPoint> {
    FailPoint::ALL
        .into_iter()
        .filter(|point| !is_of_erasing(*point))
}

/// Every place, at the first arrival and at a later one.
fn deaths() -> impl Iterator<Item = (FailPoint, u32)> {
    places().flat_map(|point| [(point, 1), (point, 3)])
}

fn is_before_the_answer(point: FailPoint) -> bool {
    point.as_str().starts_with("accept.")
}

/// The next letter of a round: each customer writes three.
fn letter(sandbox: &Sandbox, round: usize, number: usize, written: &mut Written) -> Letter {
    let customer = Customer::of(switchboard_sandbox::Source::Facebook)
        .named(format!("Customer {round} {}", number / OF_A_CUSTOMER))
        .on(PAGE);
    let act = if number % OF_A_CUSTOMER == 1 {
        Act::media(MediaKind::Image)
    } else {
        Act::text(format!("letter {number}"))
    };
    let letter = sandbox.prepare(customer, &act).expect("customers write");
    let name = letter.id().expect("a message has a name").to_owned();
    written
        .entry(letter.customer_id().to_owned())
        .or_default()
        .push(name);
    letter
}

async fn applied(hub: &Hub) {
    until("everything is applied", async || {
        is_applied(hub).await == Some(true)
    })
    .await;
}

async fn applied_or_dead(hub: &Hub) {
    until("everything is applied", async || {
        is_applied(hub).await != Some(false)
    })
    .await;
}

/// `None` if the hub does not answer any more.
async fn is_applied(hub: &Hub) -> Option<bool> {
    let request = hub.client.post(format!("{}/envelopes.list", hub.url));
    let answer = Answer::of(request.json(&json!({"page_size": 1})))
        .await
        .ok()?;
    let listed = answer.json();
    Some(listed["applied_through"] == listed["newest"])
}

#[expect(clippy::print_stdout, reason = "says what a failure was about")]
fn say(plan: &str) {
    println!("{plan}");
}

fn conversation(customer: &str) -> Value {
    let page = ChannelId::derive(&Source::named("facebook"), &SourceChannelId::new(PAGE));
    json!({"conversation_id": ConversationId::derive(page, customer).to_string(), "page_size": 1000})
}

async fn are_there_once_and_in_order(hub: &Hub, written: &Written, plan: &str) {
    for (customer, names) in written {
        let listed = hub.call("/messages.list", &conversation(customer)).await;
        let newest_first = listed["data"].as_array().expect("a list");
        let found: Vec<_> = newest_first
            .iter()
            .rev()
            .map(|message| message["content"]["message"]["mid"].as_str().expect("text"))
            .collect();
        assert_eq!(&found, names, "{plan}: what {customer} wrote");
        assert_eq!(listed["pagination_data"]["total"], names.len(), "{plan}");
        let shown = hub
            .call("/conversations.info", &conversation(customer))
            .await;
        assert_eq!(shown["metadata"]["unread_count"], names.len(), "{plan}");
        let last = shown["last_message"]["content"]["message"]["mid"].as_str();
        assert_eq!(last, names.last().map(String::as_str), "{plan}");
    }
}

/// Whoever died while asking, asks again.
async fn are_known_by_name(hub: &Hub, written: &Written) {
    for customer in written.keys() {
        until("the contact has a name", async || {
            let shown = hub
                .call("/conversations.info", &conversation(customer))
                .await;
            let name = shown["metadata"]["contact"]["display_name"].as_str();
            name.is_some_and(|name| name.starts_with("Customer "))
        })
        .await;
    }
}
