//! `kill -9` while many clients connect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::{ChannelId, Source, SourceChannelId};
use switchboard_sandbox::meta::{Page, SAMPLE_USER};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::harness::{Answer, Hub, Site, until, within};
use crate::on_both_stores;

/// Clients that connect at the same time, each one account after another.
const CLIENTS: usize = 64;
/// Every so many clients, one that connects Facebook pages before it goes on with web chats.
const FACEBOOK_EVERY: usize = 8;
/// How many pages such a client connects in a round.
const PAGES: usize = 2;
/// After how many acknowledged connects the hub is killed, round by round: at the first commit, in
/// the midst of things, and when everything is warm.
const KILLED_AFTER: [usize; 4] = [1, 70, 333, 150];
/// The promise for a release build is 300 ms. A test build on a machine that compiles meanwhile is
/// only expected to come back at all; the measured time is printed.
const READY_WITHIN: Duration = Duration::from_secs(30);

on_both_stores! {
    async fn every_acknowledged_channel_survives_kill_9(site: Site) {
        let site = Arc::new(site);
        let mut seen = Seen::default();
        for (round, killed_after) in KILLED_AFTER.into_iter().enumerate() {
            for page in (0..CLIENTS).step_by(FACEBOOK_EVERY).flat_map(|client| (0..PAGES).map(move |n| page_id(round, client, n))) {
                site.sandbox.meta.add_page(Page::new(page.clone(), page.clone()));
                site.sandbox.meta.set_tasks(SAMPLE_USER, &page, None);
            }
            let mut hub = start(&site, round).await;
            seen.are_all_listed(&hub).await;
            let (storm, mut acknowledged) = storm(&hub, round);

            for _ in 0..killed_after {
                let connect = within("connects are acknowledged", acknowledged.recv()).await;
                seen.note(connect.expect("the clients go on until the hub is killed"));
            }
            hub.process.kill();
            within("the clients notice", storm.join_all()).await;
            while let Some(connect) = acknowledged.recv().await {
                seen.note(connect);
            }
        }
        site.let_claims_expire();

        let hub = start(&site, KILLED_AFTER.len()).await;

        seen.are_all_listed(&hub).await;
        assert!(seen.acknowledged.len() >= KILLED_AFTER.into_iter().sum());
        until("every page is subscribed if and only if it is connected", async || {
            let connected: BTreeSet<String> = hub
                .channels()
                .await
                .iter()
                .filter(|channel| channel["source"] == "facebook")
                .map(|channel| text(&channel["source_channel_id"]))
                .collect();
            seen.asked.iter().filter(|(source, _)| source == "facebook").all(|(_, page)| {
                connected.contains(page) == site.sandbox.meta.page_subscription(page).is_some()
            })
        })
        .await;
    }
}

#[expect(clippy::print_stdout, reason = "the measured time is worth a look")]
async fn start(site: &Site, round: usize) -> Hub {
    let (hub, took) = site.start_timed().await;
    println!("start {round}: ready after {} ms", took.as_millis());
    assert!(took < READY_WITHIN, "start {round} took {took:?}");
    hub
}

/// What the clients have seen in all rounds.
#[derive(Default)]
struct Seen {
    /// The answers, by id.
    acknowledged: BTreeMap<String, Value>,
    /// Source and account of every request that may have been carried out, answered or not.
    asked: BTreeSet<(String, String)>,
}

/// A connect, with the channel if it was acknowledged.
struct Connect {
    source: &'static str,
    account: String,
    channel: Option<Value>,
}

impl Seen {
    fn note(&mut self, connect: Connect) {
        let Connect {
            source,
            account,
            channel,
        } = connect;
        self.asked.insert((source.to_owned(), account.clone()));
        let Some(channel) = channel else { return };
        let id = ChannelId::derive(&Source::new(source), &SourceChannelId::new(account));
        assert_eq!(channel["id"], id.to_string(), "{channel}");
        self.acknowledged.insert(text(&channel["id"]), channel);
    }

    /// Every acknowledged channel is listed as it was acknowledged, once, and nothing is listed that
    /// nobody asked for.
    async fn are_all_listed(&self, hub: &Hub) {
        let mut listed = BTreeMap::new();
        for channel in hub.channels().await {
            let asked = (
                text(&channel["source"]),
                text(&channel["source_channel_id"]),
            );
            assert!(self.asked.contains(&asked), "nobody asked for {channel}");
            let twice = listed.insert(text(&channel["id"]), channel);
            assert_eq!(twice, None, "one id, one channel");
        }
        for (id, channel) in &self.acknowledged {
            assert_eq!(listed.get(id), Some(channel), "{id} was acknowledged");
        }
    }
}

/// Clients that connect until the hub is gone, and what they report.
fn storm(hub: &Hub, round: usize) -> (JoinSet<()>, mpsc::UnboundedReceiver<Connect>) {
    let (report, reports) = mpsc::unbounded_channel();
    let mut storm = JoinSet::new();
    for client in 0..CLIENTS {
        let (report, http, url) = (report.clone(), hub.client.clone(), hub.url.clone());
        storm.spawn(async move {
            for number in 0.. {
                let (source, account) = account(round, client, number);
                let body = match source {
                    "facebook" => json!({"page_id": account, "page_token": "authentication token"}),
                    _ => json!({"name": account}),
                };
                let request = http.post(format!("{url}/channels.{source}.connect"));
                let answer = Answer::of(request.json(&body)).await;
                let channel = answer.as_ref().ok().map(|answer| {
                    assert_eq!(answer.status, 200, "{account}: {}", answer.text);
                    answer.json()
                });
                let is_gone = channel.is_none();
                let connect = Connect {
                    source,
                    account,
                    channel,
                };
                if report.send(connect).is_err() || is_gone {
                    return;
                }
            }
        });
    }
    (storm, reports)
}

fn account(round: usize, client: usize, number: usize) -> (&'static str, String) {
    if client.is_multiple_of(FACEBOOK_EVERY) && number < PAGES {
        ("facebook", page_id(round, client, number))
    } else {
        ("chatplugin", format!("site {round}/{client}/{number}"))
    }
}

fn page_id(round: usize, client: usize, number: usize) -> String {
    format!("9{round:02}{client:03}{number:03}")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
