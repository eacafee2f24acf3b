//! Positions become readable in their order, whichever node is slow to commit.

use postgres::{Client, NoTls};
use switchboard_domain::{EnvelopeId, Position};
use switchboard_storage::{StorageError, Store, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;
use tokio::task::JoinHandle;

use crate::samples::{envelope, event, told};
use crate::slow::{GO_ON, makes_envelope_slow, makes_event_slow, waiting};

fn tell(store: &Store, number: u32) -> JoinHandle<Result<(), StorageError>> {
    let store = store.clone();
    tokio::spawn(async move {
        store
            .write(Touches::nothing(), move |tx| {
                tx.append_event(&event(number))
            })
            .await
    })
}

#[test]
fn an_event_is_not_readable_before_one_with_an_earlier_position() {
    let database = TestDatabase::create();
    let [one, other] =
        [1, 2].map(|_node| open(&database.url(), PostgresOptions::default()).unwrap());
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    makes_event_slow(&mut client);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let entered = runtime.enter();
    let first = tell(&one, 1);
    drop(entered);
    while waiting(&mut client) < 1 {}

    let entered = runtime.enter();
    let second = tell(&other, 2);
    drop(entered);
    // It ends up waiting, or it overtakes.
    while waiting(&mut client) < 2 && !second.is_finished() {}

    let read = || {
        let log = other.read_one(|tx| tx.events_after(Position::START, 10));
        let log: Result<Vec<_>, StorageError> = runtime.block_on(log);
        let log = log.unwrap();
        log.into_iter()
            .map(|event| told(&event).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(read(), Vec::<String>::new());
    client.batch_execute(GO_ON).unwrap();
    runtime.block_on(first).unwrap().unwrap();
    runtime.block_on(second).unwrap().unwrap();
    assert_eq!(read(), ["1", "2"]);
}

#[test]
fn an_envelope_is_not_readable_before_one_with_an_earlier_id() {
    let database = TestDatabase::create();
    let [one, other] =
        [1, 2].map(|_node| open(&database.url(), PostgresOptions::default()).unwrap());
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    makes_envelope_slow(&mut client);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let accepting = one.clone();
    let first = runtime.spawn(async move { accepting.accept(envelope(1)).await });
    while waiting(&mut client) < 1 {}

    let accepting = other.clone();
    let second = runtime.spawn(async move { accepting.accept(envelope(2)).await });
    // Both ways to write an envelope wait for the same lock.
    let appending = other.clone();
    let third = runtime.spawn(async move {
        appending
            .write(Touches::nothing(), |tx| {
                tx.append_event(&event(3))?;
                tx.append_envelope(&envelope(3))
            })
            .await
    });
    while waiting(&mut client) < 3 && !second.is_finished() && !third.is_finished() {}

    let read = || {
        let found = other.read(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000));
        let found: Result<Vec<_>, StorageError> = runtime.block_on(found);
        found.unwrap()
    };
    assert_eq!(read(), []);
    client.batch_execute(GO_ON).unwrap();
    runtime.block_on(first).unwrap().unwrap();
    runtime.block_on(second).unwrap().unwrap();
    let third: Result<(), StorageError> = runtime.block_on(third).unwrap();
    third.unwrap();
    let found = read();
    assert_eq!(found[0].content, envelope(1));
    assert_eq!(found.len(), 3);
    assert!(found.is_sorted_by_key(|envelope| envelope.id));
}
