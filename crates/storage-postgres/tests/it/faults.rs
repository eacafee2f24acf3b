//! Servers and connections that go away in the middle.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use switchboard_domain::{EnvelopeId, Position};
use switchboard_storage::{StorageError, Store, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::cluster::{Cluster, Durability};
use switchboard_testkit::postgres::TestDatabase;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::samples::{channel, envelope, event, job, told};

/// Writers on all nodes that never stop telling numbers, each a different one.
struct Load {
    counts: Arc<Counts>,
    writers: Vec<JoinHandle<Vec<u32>>>,
}

#[derive(Default)]
struct Counts {
    begun: AtomicU32,
    acknowledged: AtomicU32,
    refused: AtomicU32,
    stop: AtomicBool,
}

impl Load {
    fn on(nodes: &[Store]) -> Self {
        let counts = Arc::new(Counts::default());
        let writers = (0..16)
            .map(|writer: usize| {
                let store = nodes[writer % nodes.len()].clone();
                tokio::spawn(keep_telling(store, Arc::clone(&counts)))
            })
            .collect();
        Self { counts, writers }
    }

    /// Waits until that many more units were acknowledged.
    async fn acknowledges(&self, more: u32) {
        grows(&self.counts.acknowledged, more).await;
    }

    /// Waits until that many more units were refused.
    async fn refuses(&self, more: u32) {
        grows(&self.counts.refused, more).await;
    }

    /// Stops, and gives the numbers that were acknowledged.
    async fn stopped(self) -> BTreeSet<u32> {
        self.counts.stop.store(true, Ordering::SeqCst);
        let mut kept = BTreeSet::new();
        for writer in self.writers {
            kept.extend(writer.await.unwrap());
        }
        kept
    }
}

/// Tells numbers until it shall stop, and gives those that were acknowledged.
async fn keep_telling(store: Store, counts: Arc<Counts>) -> Vec<u32> {
    let mut kept = Vec::new();
    while !counts.stop.load(Ordering::SeqCst) {
        let number = counts.begun.fetch_add(1, Ordering::SeqCst);
        match tell(&store, number).await {
            Ok(()) => {
                kept.push(number);
                counts.acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            Err(StorageError::Unavailable(_)) => {
                counts.refused.fetch_add(1, Ordering::SeqCst);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    kept
}

async fn grows(count: &AtomicU32, more: u32) {
    let goal = count.load(Ordering::SeqCst) + more;
    while count.load(Ordering::SeqCst) < goal {
        tokio::task::yield_now().await;
    }
}

/// One number, in three places that must agree.
async fn tell(store: &Store, number: u32) -> Result<(), StorageError> {
    store
        .write(Touches::channel(channel(number).id), move |tx| {
            assert_eq!(tx.channel(channel(number).id)?, None);
            tx.put_channel(&channel(number))?;
            tx.append_event(&event(number))?;
            if number.is_multiple_of(4) {
                tx.put_job(&job(number))?;
            }
            Ok(())
        })
        .await
}

/// What was acknowledged is there, and nothing is there twice or in parts.
async fn assert_kept(store: &Store, acknowledged: &BTreeSet<u32>) {
    let (events, channels) = store
        .read(|tx| {
            Ok::<_, StorageError>((
                tx.events_after(Position::START, 1_000_000)?,
                tx.channels(&switchboard_domain::ChannelFilter::default())?,
            ))
        })
        .await
        .unwrap();
    let told: Vec<u32> = events
        .iter()
        .map(|event| told(event).parse().unwrap())
        .collect();
    let once: BTreeSet<u32> = told.iter().copied().collect();
    let stored: BTreeSet<_> = channels.iter().map(|channel| channel.id).collect();

    assert_eq!(told.len(), once.len(), "an event is there twice");
    assert_eq!(
        stored,
        once.iter().map(|number| channel(*number).id).collect()
    );
    let lost: Vec<_> = acknowledged.difference(&once).collect();
    assert_eq!(lost, Vec::<&u32>::new());
}

fn two_nodes(url: &str) -> [Store; 2] {
    [1, 2].map(|_node| open(url, PostgresOptions::default()).unwrap())
}

#[tokio::test]
async fn a_server_that_crashes_and_comes_back_loses_nothing_that_was_acknowledged() {
    let mut cluster = Cluster::start(Durability::None).unwrap();
    let database = TestDatabase::create_on(&cluster.url());
    let nodes = two_nodes(&database.url());
    let load = Load::on(&nodes);

    for _crash in 0..2 {
        load.acknowledges(100).await;
        cluster = spawn_blocking(move || {
            cluster.crash();
            cluster
        })
        .await
        .unwrap();
        load.refuses(20).await;
        cluster = spawn_blocking(move || {
            cluster.resume().unwrap();
            cluster
        })
        .await
        .unwrap();
        load.acknowledges(100).await;
    }

    let acknowledged = load.stopped().await;
    assert_kept(&nodes[1], &acknowledged).await;
}

#[tokio::test]
async fn connections_that_are_cut_in_the_middle_lose_nothing_that_was_acknowledged() {
    let database = TestDatabase::create();
    let nodes = two_nodes(&database.url());
    let load = Load::on(&nodes);

    for _cut in 0..10 {
        load.acknowledges(50).await;
        cut_connections(&database).await;
    }
    load.acknowledges(50).await;

    let acknowledged = load.stopped().await;
    assert_kept(&nodes[0], &acknowledged).await;
}

#[tokio::test]
async fn connections_that_were_cut_while_nobody_used_them_are_not_noticed() {
    let database = TestDatabase::create();
    let [store, _other] = two_nodes(&database.url());
    tell(&store, 1).await.unwrap();

    cut_connections(&database).await;

    tell(&store, 2).await.unwrap();
    for _each_reader_at_least_once in 0..8 {
        let found: Result<_, StorageError> = store.read_one(|tx| tx.channel(channel(2).id)).await;
        assert_eq!(found.unwrap(), Some(channel(2)));
    }
    cut_connections(&database).await;
    assert_kept(&store, &BTreeSet::from([1, 2])).await;
}

#[tokio::test]
async fn an_envelope_is_accepted_on_a_connection_that_was_cut_while_nobody_used_it() {
    let database = TestDatabase::create();
    let [store, _other] = two_nodes(&database.url());
    store.accept(envelope(1)).await.unwrap();

    cut_connections(&database).await;
    store.accept(envelope(2)).await.unwrap();

    let found: Result<_, StorageError> = store
        .read(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000))
        .await;
    let found: Vec<_> = found
        .unwrap()
        .into_iter()
        .map(|found| found.content)
        .collect();
    assert_eq!(found, [envelope(1), envelope(2)]);
}

#[tokio::test]
async fn without_a_server_units_are_refused_and_afterwards_they_are_not() {
    let mut cluster = Cluster::start(Durability::None).unwrap();
    let database = TestDatabase::create_on(&cluster.url());
    let [store, _other] = two_nodes(&database.url());
    cluster.crash();

    let written = tell(&store, 1).await;
    let read: Result<Position, StorageError> = store.read(|tx| tx.last_position()).await;

    assert!(matches!(written, Err(StorageError::Unavailable(_))));
    assert!(matches!(read, Err(StorageError::Unavailable(_))));
    let said = format!("{written:?} {read:?}");
    assert!(!said.contains(cluster.password()), "{said}");

    cluster.resume().unwrap();
    tell(&store, 1).await.unwrap();
    assert_kept(&store, &BTreeSet::from([1])).await;
}

/// Ends every other session of the database.
async fn cut_connections(database: &TestDatabase) {
    let url = database.url();
    spawn_blocking(move || {
        let config: postgres::Config = url.parse().unwrap();
        config
            .connect(postgres::NoTls)
            .unwrap()
            .batch_execute(
                "SELECT pg_terminate_backend(pid, 10000)
                 FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .unwrap();
    })
    .await
    .unwrap();
}
