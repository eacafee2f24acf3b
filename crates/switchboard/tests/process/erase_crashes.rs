//! A hub that dies, or whose database refuses, between any two steps of erasing somebody.

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, ConversationId, Source, SourceChannelId};
use switchboard_engine::FailPoint;
use switchboard_sandbox::{Act, Customer, Letter, MediaKind};

use crate::harness::{Answer, Ended, Hub, Site, files, until};
use crate::on_both_stores;

const PAGE: &str = "fb-page-id-1";
/// In everything that the person says who is erased.
const CANARY: &str = "canarycrash";

on_both_stores! {
    async fn an_erasure_goes_on_after_a_death_at_every_place(site: Site) {
        site.connect_page(PAGE).await;
        for point in places() {
            let plan = format!("{}:abort:1", point.as_str());
            let hub = site.start_planned(Some(&plan)).await;
            let (erased, kept) = written(&site, &hub).await;

            let request = hub.client.post(format!("{}/contacts.erase", hub.url));
            let answer = Answer::of(request.json(&erased.named())).await;
            assert!(answer.is_err(), "{plan}: {answer:?}");
            let ended = hub.process.ended().await;
            assert_eq!(ended.code, None, "{plan}: it died by a signal: {ended:?}");
            site.let_leases_expire();

            let hub = site.start_planned(None).await;
            is_gone(&site, &hub, &erased, &plan).await;
            is_there(&hub, &kept, &plan).await;
            stopped_without_a_trace(&site, hub, &plan).await;
        }
    }

    async fn an_erasure_goes_on_after_a_refusal_at_every_place(site: Site) {
        site.connect_page(PAGE).await;
        for point in places() {
            let plan = format!("{}:error:1", point.as_str());
            let hub = site.start_planned(Some(&plan)).await;
            let (erased, kept) = written(&site, &hub).await;

            let answer = hub.post("/contacts.erase", &erased.named()).await;

            assert!(matches!(answer.status, 204 | 503), "{plan}: {answer:?}");
            is_gone(&site, &hub, &erased, &plan).await;
            is_there(&hub, &kept, &plan).await;
            stopped_without_a_trace(&site, hub, &plan).await;
        }
    }
}

/// The places of erasing. `ingest_crashes.rs` goes through all others.
fn places() -> impl Iterator<Item = FailPoint> {
    let mut places = FailPoint::ALL
        .into_iter()
        .filter(|point| is_of_erasing(*point))
        .peekable();
    assert!(places.peek().is_some(), "erasing has places to die at");
    places
}

pub(crate) fn is_of_erasing(point: FailPoint) -> bool {
    point.as_str().starts_with("erase.")
}

/// Somebody, by one contact and their conversations.
struct Person {
    contact: Value,
    conversations: Vec<Value>,
}

impl Person {
    fn named(&self) -> Value {
        json!({"id": self.contact})
    }
}

/// One person in two conversations, with a picture and a film, and another one with the same picture. Both
/// look the same.
async fn written(site: &Site, hub: &Hub) -> (Person, Person) {
    let first = says(site, "First", &["one", "two"], &[MediaKind::Image]).await;
    let second = says(site, "Second", &["three"], &[MediaKind::Video]).await;
    let other = says(site, "Other", &["four"], &[MediaKind::Image]).await;
    until("everything is applied", async || {
        let listed = hub.call("/envelopes.list", &json!({"page_size": 1})).await;
        listed["applied_through"] == listed["newest"]
    })
    .await;
    until("the files are copied", async || copies(site) == 3).await;
    let erased = contact(hub, &first).await;
    let merge = json!({"source_id": contact(hub, &second).await, "destination_id": erased});
    hub.call("/contacts.merge", &merge).await;
    let erased = Person {
        contact: erased,
        conversations: vec![first, second],
    };
    let kept = Person {
        contact: contact(hub, &other).await,
        conversations: vec![other],
    };
    (erased, kept)
}

/// Somebody writes, and sends files. Gives their conversation.
async fn says(site: &Site, name: &str, texts: &[&str], kinds: &[MediaKind]) -> Value {
    let word = if name == "Other" { "sparrow" } else { CANARY };
    let customer = || {
        Customer::of(switchboard_sandbox::Source::Facebook)
            .named(format!("{word} {name}"))
            .on(PAGE)
    };
    let texts = texts.iter().map(|text| Act::text(format!("{word}{text}")));
    let mut id = String::new();
    for act in texts.chain(kinds.iter().map(|kind| Act::media(*kind))) {
        let letter: Letter = site
            .sandbox
            .prepare(customer(), &act)
            .expect("customers write");
        let said = site.sandbox.send(&letter).await;
        assert!(said.is_accepted(), "{said:?}");
        letter.customer_id().clone_into(&mut id);
    }
    let page = ChannelId::derive(&Source::named("facebook"), &SourceChannelId::new(PAGE));
    json!({"conversation_id": ConversationId::derive(page, &id).to_string()})
}

async fn contact(hub: &Hub, conversation: &Value) -> Value {
    hub.call("/contacts.info", conversation).await["id"].clone()
}

/// How many copies of files are kept.
fn copies(site: &Site) -> usize {
    let files = files(site.folder()).into_keys();
    files
        .filter_map(|file| Some(file.file_name()?.to_str()?.starts_with("copy-")))
        .filter(|is_copy| *is_copy)
        .count()
}

/// Waits until somebody is gone, and their film with them. The picture, and how they look, are another one's
/// too.
async fn is_gone(site: &Site, hub: &Hub, person: &Person, plan: &str) {
    until("nobody has to ask again", async || {
        let contact = hub.post("/contacts.info", &person.named()).await;
        contact.status == 404 && copies(site) == 2
    })
    .await;
    let again = hub.post("/contacts.erase", &person.named()).await.status;
    assert!(matches!(again, 204 | 404), "{plan}: {again}");
    for conversation in &person.conversations {
        let shown = hub.post("/conversations.info", conversation).await;
        assert_eq!(shown.status, 404, "{plan}: {}", shown.text);
    }
}

/// Everything of somebody is there, and goes before the next round.
async fn is_there(hub: &Hub, person: &Person, plan: &str) {
    for conversation in &person.conversations {
        let listed = hub.call("/messages.list", conversation).await;
        assert_eq!(listed["pagination_data"]["total"], 2, "{plan}: {listed}");
        let error = &listed["data"][0]["metadata"]["media_error"];
        assert_eq!(*error, Value::Null, "{plan}");
    }
    let erased = hub.post("/contacts.erase", &person.named()).await;
    assert_eq!(erased.status, 204, "{plan}");
}

/// Stops the hub. An embedded database holds nothing of the person then.
async fn stopped_without_a_trace(site: &Site, hub: Hub, plan: &str) {
    let _ended: Ended = hub.stop().await;
    for file in files(site.folder()).into_keys() {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let mut windows = bytes.windows(CANARY.len());
        let found = windows.any(|window| window == CANARY.as_bytes());
        assert!(!found, "{plan}: {}", file.display());
    }
}
