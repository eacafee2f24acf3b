//! `kill -9` at any moment while providers deliver: `SWITCHBOARD_STORM=100000` sets how many messages.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_domain::{Chance as _, FixedChance};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::harness::{Answer, Hub, Site, until, within};
use crate::on_both_stores;

const PAGE: &str = "fb-page-id-1";
/// Messages in all, unless the environment says otherwise.
const MESSAGES: usize = 10_000;
/// Messages in one call: providers gather.
const IN_A_CALL: usize = 10;
/// Clients that deliver side by side, each one call after another, as a provider does for one thread.
const CLIENTS: usize = 16;
/// Threads of one client.
const THREADS: usize = 5;
/// How often the hub is killed.
const KILLS: usize = 6;
/// Every so many calls, one that was answered is delivered a second time.
const AGAIN_EVERY: usize = 7;
/// When the first message was written.
const BEGIN: i64 = 1_790_000_000_000;
/// The promise for a release build is 2 s. A test build on a machine that compiles meanwhile is only
/// expected to come back at all; the measured time is printed.
const READY_WITHIN: Duration = Duration::from_secs(30);

on_both_stores! {
    async fn every_answered_message_survives_kill_9_and_is_there_once(site: Site) {
        let storm = Arc::new(Storm::new(&site));
        let mut hub = start(&site).await;
        let page = json!({"page_id": PAGE, "page_token": "authentication token"});
        hub.call("/channels.facebook.connect", &page).await;
        let mut places = vec![0; CLIENTS];
        let chance = FixedChance::seeded(42);
        for kill in 0..KILLS {
            // Spread over the whole, at moments that nobody chose.
            let after = moment(&chance, storm.calls * CLIENTS / (KILLS + 1));
            let (clients, mut answered) = deliver(&storm, &hub, &places);
            for _ in 0..after {
                if within("calls are answered", answered.recv()).await.is_none() {
                    break;
                }
            }
            hub.process.kill();
            places = joined(clients).await;
            site.let_leases_expire();
            println(&format!("kill {kill} after {after} calls, {} done", places.iter().sum::<usize>()));
            hub = start(&site).await;
        }
        let (clients, _answered) = deliver(&storm, &hub, &places);
        places = joined(clients).await;
        assert_eq!(places, vec![storm.calls; CLIENTS], "everything is answered in the end");

        applied(&hub).await;

        storm.is_there_once_and_in_order(&hub).await;
        hub.stop().await;
    }
}

fn moment(chance: &FixedChance, most: usize) -> usize {
    let most = u64::try_from(most).expect("it fits").max(1);
    usize::try_from(chance.number() % most).expect("it fits")
}

#[expect(clippy::print_stdout, reason = "the course of a storm is worth a look")]
fn println(line: &str) {
    println!("{line}");
}

async fn start(site: &Site) -> Hub {
    let (hub, took) = site.start_timed().await;
    println(&format!("ready after {} ms", took.as_millis()));
    assert!(took < READY_WITHIN, "a start took {took:?}");
    hub
}

async fn applied(hub: &Hub) {
    until("everything is applied", async || {
        let listed = hub.call("/envelopes.list", &json!({"page_size": 1})).await;
        listed["applied_through"] == listed["newest"]
    })
    .await;
}

/// What is delivered in all.
struct Storm {
    secret: String,
    /// Calls of each client.
    calls: usize,
}

impl Storm {
    fn new(site: &Site) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "whoever runs the tests decides how long they may take"
        )]
        let wanted = std::env::var("SWITCHBOARD_STORM");
        let messages = wanted.map_or(MESSAGES, |text| text.parse().expect("a number"));
        Self {
            secret: site.sandbox.meta.app().secret,
            calls: messages.div_ceil(IN_A_CALL * CLIENTS),
        }
    }

    /// The body of a call: the same bytes whenever it is delivered.
    fn body(client: usize, call: usize) -> String {
        let events: Vec<Value> = (0..IN_A_CALL)
            .map(|nth| {
                let serial = call * IN_A_CALL + nth;
                json!({
                    "sender": {"id": person(client, serial % THREADS)},
                    "recipient": {"id": PAGE},
                    "timestamp": written_at(serial),
                    "message": {"mid": mid(client, serial), "text": format!("message {serial}")}
                })
            })
            .collect();
        let entry = json!({"id": PAGE, "time": BEGIN, "messaging": events});
        json!({"object": "page", "entry": [entry]}).to_string()
    }

    async fn call(&self, http: &reqwest::Client, url: &str, body: String) -> Option<u16> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("any key");
        mac.update(body.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let request = http
            .post(format!("{url}/facebook"))
            .header("content-type", "application/json")
            .header("x-hub-signature-256", format!("sha256={signature}"))
            .body(body);
        Answer::of(request).await.ok().map(|answer| answer.status)
    }

    /// Delivers a call, some of them twice. `false` if the hub is gone.
    async fn is_answered(
        &self,
        (http, url): (&reqwest::Client, &str),
        (client, call): (usize, usize),
    ) -> bool {
        let again = usize::from(call.is_multiple_of(AGAIN_EVERY));
        for _ in 0..=again {
            match self.call(http, url, Self::body(client, call)).await {
                Some(200) => {}
                Some(status) => panic!("a call was answered {status}"),
                None => return false,
            }
        }
        true
    }

    async fn is_there_once_and_in_order(&self, hub: &Hub) {
        let mut threads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for client in 0..CLIENTS {
            for serial in 0..self.calls * IN_A_CALL {
                let thread = person(client, serial % THREADS);
                threads.entry(thread).or_default().push(mid(client, serial));
            }
        }
        let listed = hub
            .call("/conversations.list", &json!({"page_size": 1000}))
            .await;
        assert_eq!(listed["pagination_data"]["total"], threads.len());
        for conversation in listed["data"].as_array().expect("a list") {
            let person = text(&conversation["last_message"]["sender"]["id"]);
            let expected = threads
                .remove(&person)
                .expect("one conversation of each person");
            assert_eq!(conversation["metadata"]["unread_count"], expected.len());
            let last = &conversation["last_message"]["content"]["message"]["mid"];
            assert_eq!(Some(&text(last)), expected.last());
            assert_eq!(
                mids(hub, &conversation["id"]).await,
                expected,
                "of {person}"
            );
        }
        assert_eq!(threads, BTreeMap::new());
    }
}

/// The names of a conversation's messages, oldest first, to the last page.
async fn mids(hub: &Hub, conversation: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut request = json!({"conversation_id": conversation, "page_size": 1000});
        if !cursor.is_null() {
            request["cursor"] = cursor;
        }
        let listed = hub.call("/messages.list", &request).await;
        let messages = listed["data"].as_array().expect("a list");
        found.extend(
            messages
                .iter()
                .map(|message| text(&message["content"]["message"]["mid"])),
        );
        cursor = listed["pagination_data"]["next_cursor"].clone();
        if cursor.is_null() {
            assert_eq!(listed["pagination_data"]["total"], found.len());
            found.reverse();
            return found;
        }
    }
}

/// Clients that deliver from their places on until all is delivered or the hub is gone; each answer is
/// reported.
fn deliver(
    storm: &Arc<Storm>,
    hub: &Hub,
    places: &[usize],
) -> (JoinSet<(usize, usize)>, mpsc::UnboundedReceiver<()>) {
    let (report, reports) = mpsc::unbounded_channel();
    let mut clients = JoinSet::new();
    for (client, place) in places.iter().copied().enumerate() {
        let (storm, report) = (Arc::clone(storm), report.clone());
        let (http, url) = (hub.client.clone(), hub.url.clone());
        clients.spawn(async move {
            let to = (&http, url.as_str());
            for call in place..storm.calls {
                if !storm.is_answered(to, (client, call)).await {
                    return (client, call);
                }
                // Nobody listens any more once the hub is killed.
                let _told = report.send(());
            }
            (client, storm.calls)
        });
    }
    (clients, reports)
}

/// Where each client has to go on: at the call that was not answered.
async fn joined(clients: JoinSet<(usize, usize)>) -> Vec<usize> {
    // A storm takes as long as it takes.
    let mut places = clients.join_all().await;
    places.sort_unstable();
    places.into_iter().map(|(_, call)| call).collect()
}

fn person(client: usize, thread: usize) -> String {
    format!("77{client:03}{thread:03}")
}

fn mid(client: usize, serial: usize) -> String {
    format!("m_{client}_{serial}")
}

fn written_at(serial: usize) -> i64 {
    BEGIN + i64::try_from(serial).expect("it fits") * 1000
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
