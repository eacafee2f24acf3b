//! Two nodes that want the same thing: one waits, and then sees what the other has done.

use std::sync::mpsc;

use postgres::Client;
use switchboard_domain::{Conversation, EnvelopeId, NodeId};
use switchboard_storage::{StorageError, Store, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::samples::{at, conversation, envelope, node};

const WAITING: &str = "
    SELECT COUNT(*)
    FROM pg_locks
    WHERE NOT granted AND pid IN (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    )";

fn two_nodes(database: &TestDatabase) -> [Store; 2] {
    [1, 2].map(|_node| open(&database.url(), PostgresOptions::default()).unwrap())
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
}

/// Waits until somebody waits for a lock, or has not had to.
fn until_one_waits<T>(client: &mut Client, other: &JoinHandle<T>) {
    let waiting = |client: &mut Client| -> i64 { client.query_one(WAITING, &[]).unwrap().get(0) };
    while waiting(client) < 1 && !other.is_finished() {}
}

/// Reads a conversation, which need not exist, waits, and counts a message.
fn count_up(
    runtime: &Runtime,
    store: &Store,
    begun: mpsc::Sender<()>,
    go_on: mpsc::Receiver<()>,
) -> JoinHandle<Result<(), StorageError>> {
    let store = store.clone();
    runtime.spawn(async move {
        store
            .write(Touches::nothing(), move |tx| {
                let found = tx.conversation(conversation(1).id)?;
                // Nobody may be left to hear it, or to say so: then there is nothing to wait for.
                begun.send(()).ok();
                go_on.recv().ok();
                let mut found = found.unwrap_or_else(|| conversation(1));
                found.message_count += 1;
                tx.put_conversations(&[found])
            })
            .await
    })
}

#[test]
fn a_conversation_that_two_nodes_create_is_created_once() {
    let database = TestDatabase::create();
    let [one, other] = two_nodes(&database);
    let runtime = runtime();
    let mut client = database.client();
    let (begin, begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();

    let first = count_up(&runtime, &one, begin, may_go_on);
    begun.recv().unwrap();
    let (nobody, _) = mpsc::channel();
    let (_, at_once) = mpsc::channel();
    let second = count_up(&runtime, &other, nobody, at_once);
    until_one_waits(&mut client, &second);
    drop(go_on);

    runtime.block_on(first).unwrap().unwrap();
    runtime.block_on(second).unwrap().unwrap();
    let found = one.read(|tx| tx.conversation(conversation(1).id));
    let found: Result<Option<Conversation>, StorageError> = runtime.block_on(found);
    assert_eq!(found.unwrap().unwrap().message_count, 2);
}

fn lease(
    store: &Store,
    node: NodeId,
    now: i64,
    until: i64,
) -> impl Future<Output = Result<Option<EnvelopeId>, StorageError>> + use<> {
    let store = store.clone();
    async move {
        store
            .write(Touches::nothing(), move |tx| {
                tx.lease_apply(node, at(now), at(until))
            })
            .await
    }
}

fn advance(
    store: &Store,
    node: NodeId,
    to: EnvelopeId,
) -> impl Future<Output = Result<bool, StorageError>> + use<> {
    let store = store.clone();
    async move {
        store
            .write(Touches::nothing(), move |tx| {
                tx.advance_apply(node, EnvelopeId::START, to)
            })
            .await
    }
}

#[test]
fn who_takes_the_lease_over_in_the_middle_of_a_unit_sees_what_it_has_applied() {
    let database = TestDatabase::create();
    let [one, other] = two_nodes(&database);
    let runtime = runtime();
    let mut client = database.client();
    runtime.block_on(one.accept(envelope(1))).unwrap();
    let taken = runtime.block_on(lease(&one, node(1), 0, 10)).unwrap();
    assert_eq!(taken, Some(EnvelopeId::START));

    let (begin, begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let applying = one.clone();
    let applying = runtime.spawn(async move {
        applying
            .write(Touches::nothing(), move |tx| {
                let advanced = tx.advance_apply(node(1), EnvelopeId::START, EnvelopeId::new(1))?;
                begin.send(()).ok();
                may_go_on.recv().ok();
                Ok::<_, StorageError>(advanced)
            })
            .await
    });
    begun.recv().unwrap();
    // The lease has ended, but not the unit.
    let takes_over = runtime.spawn(lease(&other, node(2), 11, 20));
    until_one_waits(&mut client, &takes_over);
    drop(go_on);

    assert!(runtime.block_on(applying).unwrap().unwrap());
    let through = runtime.block_on(takes_over).unwrap().unwrap();
    assert_eq!(through, Some(EnvelopeId::new(1)));
    let late = advance(&one, node(1), EnvelopeId::new(2));
    assert!(!runtime.block_on(late).unwrap());
}

#[test]
fn who_has_lost_the_lease_to_another_node_advances_nothing() {
    let database = TestDatabase::create();
    let [one, other] = two_nodes(&database);
    let runtime = runtime();
    runtime.block_on(one.accept(envelope(1))).unwrap();
    runtime.block_on(lease(&one, node(1), 0, 10)).unwrap();

    let early = runtime.block_on(lease(&other, node(2), 9, 20)).unwrap();
    let late = runtime.block_on(lease(&other, node(2), 10, 20)).unwrap();

    assert_eq!((early, late), (None, Some(EnvelopeId::START)));
    let stale = advance(&one, node(1), EnvelopeId::new(1));
    assert!(!runtime.block_on(stale).unwrap());
    let fresh = advance(&other, node(2), EnvelopeId::new(1));
    assert!(runtime.block_on(fresh).unwrap());
}
