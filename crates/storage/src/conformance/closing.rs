//! Rules about closing a store.

use tokio::task::spawn_blocking;

use super::Database;
use super::database::{Held, accepted, answers, close};
use super::samples::{channel, event};
use crate::{StorageError, Store, Touches};

pub async fn a_closed_store_takes_no_more_work(database: &Database) {
    close(database.store().clone()).await;

    let write = put(database.store().clone(), 1).await;
    let read: Result<_, StorageError> = database.store().read(|tx| tx.last_position()).await;

    assert!(matches!(write, Err(StorageError::Closed)), "{write:?}");
    assert!(matches!(read, Err(StorageError::Closed)), "{read:?}");
}

pub async fn closing_again_changes_nothing(database: &Database) {
    close(database.store().clone()).await;
    close(database.store().clone()).await;
}

pub async fn closing_answers_everything_that_was_accepted(database: &Database) {
    let held = Held::by_a_unit_on(database.store()).await;
    let mut writes = Vec::new();
    let mut reads = Vec::new();
    for number in 0..100 {
        writes.push(accepted(put(database.store().clone(), number)).await);
        let store = database.store().clone();
        reads.push(
            accepted(async move {
                let read: Result<_, StorageError> = store.read(|tx| tx.last_position()).await;
                read
            })
            .await,
        );
    }
    let store = database.store().clone();
    let closing = spawn_blocking(move || store.close());
    held.let_go().await;
    closing.await.unwrap();

    for answer in answers(writes).await {
        answer.unwrap();
    }
    for answer in answers(reads).await {
        answer.unwrap();
    }
    let again = database.reopened().await;
    assert_eq!(
        stored_among(&again, 100).await,
        (0..100).collect::<Vec<_>>()
    );
    close(again).await;
}

pub async fn a_unit_that_meets_the_closing_is_done_or_refused(database: &Database) {
    let units = (0..300).map(|number| {
        let store = database.store().clone();
        tokio::spawn(async move { (number, put(store, number).await) })
    });
    let units: Vec<_> = units.collect();
    let store = database.store().clone();
    spawn_blocking(move || store.close()).await.unwrap();

    let mut done = Vec::new();
    for (number, answer) in answers(units).await {
        match answer {
            Ok(()) => done.push(number),
            Err(StorageError::Closed) => {}
            Err(other) => unreachable!("unit {number} is neither done nor refused: {other}"),
        }
    }
    let again = database.reopened().await;
    assert_eq!(stored_among(&again, 300).await, done);
    close(again).await;
}

async fn put(store: Store, number: u32) -> Result<(), StorageError> {
    store
        .write(Touches::nothing(), move |tx| {
            tx.put_channel(&channel(number))?;
            tx.append_event(&event(number))
        })
        .await
}

async fn stored_among(store: &Store, numbers: u32) -> Vec<u32> {
    let found: Result<Vec<u32>, StorageError> = store
        .read(move |tx| {
            let mut found = Vec::new();
            for number in 0..numbers {
                if tx.channel(channel(number).id)?.is_some() {
                    found.push(number);
                }
            }
            Ok(found)
        })
        .await;
    found.unwrap()
}
