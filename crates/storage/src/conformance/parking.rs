//! Rules about changes that wait for their message.

use switchboard_domain::{EnvelopeId, ParkedChange, RawJson};

use super::Database;
use super::samples::at;
use super::samples::inbox::{key, parked};

pub async fn a_parked_change_comes_back_as_it_was_parked(database: &Database) {
    let odd = ParkedChange {
        change: RawJson::from_checked(r#"{ "b": "💬\u0000", "a": [1.50, null] }"#),
        envelope: Some(EnvelopeId::new(i64::MAX)),
        ..parked(1, "odd", -5)
    };
    park(database, [odd.clone(), parked(2, "bare", 1)]).await;

    assert_eq!(waiting(database, &[1]).await, [odd]);
    assert_eq!(waiting(database, &[2]).await, [parked(2, "bare", 1)]);
    assert_eq!(waiting(database, &[3]).await, []);
    assert_eq!(waiting(database, &[]).await, []);
}

pub async fn changes_come_back_in_the_order_in_which_they_were_parked(database: &Database) {
    let first = [parked(1, "c", 9), parked(2, "a", 3), parked(1, "b", 1)];
    let second = [parked(3, "x", 0), parked(2, "d", 2), parked(1, "a", 5)];
    park(database, first.clone()).await;
    park(database, second.clone()).await;

    let both = waiting(database, &[2, 1, 2]).await;
    let one = waiting(database, &[1]).await;

    let [c, a, b] = first;
    let [_, d, last] = second;
    assert_eq!(both, [c.clone(), a, b.clone(), d, last.clone()]);
    assert_eq!(one, [c, b, last]);
}

pub async fn a_change_that_waits_already_is_not_parked_again(database: &Database) {
    let waits = [parked(1, "a", 1), parked(1, "b", 2), parked(2, "a", 3)];
    let first = database.write({
        let all = [waits.clone().to_vec(), vec![parked(1, "b", 4)]].concat();
        move |tx| tx.park(&all)
    });
    let first = first.await;

    let again = [parked(2, "a", 9), parked(1, "a", 9), parked(1, "c", 9)];
    let second = database.write(move |tx| tx.park(&again)).await;

    assert_eq!((first, second), (3, 1));
    let [a, b, other] = waits;
    let left = waiting(database, &[1, 2]).await;
    assert_eq!(left, [a, b, other, parked(1, "c", 9)]);
}

pub async fn unparked_changes_are_gone_and_those_of_others_stay(database: &Database) {
    park(
        database,
        [1, 2, 1, 3].map(|number| parked(number, "change", 1)),
    )
    .await;

    database
        .write(|tx| tx.unpark(&[key(1), key(3), key(9), key(1)]))
        .await;

    let left = waiting(database, &[1, 2, 3]).await;
    assert_eq!(left, [parked(2, "change", 1)]);
    park(database, [parked(1, "again", 2)]).await;
    assert_eq!(waiting(database, &[1]).await, [parked(1, "again", 2)]);
}

pub async fn changes_that_were_parked_before_a_moment_are_dropped(database: &Database) {
    let seconds = [1, 9, 2, 3];
    park(
        database,
        (1..)
            .zip(seconds)
            .map(|(number, second)| parked(number, "change", second)),
    )
    .await;

    let dropped = [
        database.write(|tx| tx.drop_parked(at(1), 10)).await,
        database.write(|tx| tx.drop_parked(at(3), 10)).await,
        database.write(|tx| tx.drop_parked(at(3), 10)).await,
    ];

    assert_eq!(dropped, [0, 2, 0]);
    let left = waiting(database, &[1, 2, 3, 4]).await;
    assert_eq!(left, [parked(2, "change", 9), parked(4, "change", 3)]);
}

pub async fn no_more_changes_are_dropped_than_asked_for(database: &Database) {
    park(database, (1..=5).map(|number| parked(number, "change", 1))).await;

    let mut dropped = Vec::new();
    for limit in [0, 2, 2, 2] {
        let count = database.write(move |tx| tx.drop_parked(at(2), limit)).await;
        dropped.push((count, waiting(database, &[1, 2, 3, 4, 5]).await.len()));
    }

    assert_eq!(dropped, [(0, 5), (2, 3), (2, 1), (1, 0)]);
}

/// Parks changes in one call.
pub(super) async fn park(database: &Database, changes: impl IntoIterator<Item = ParkedChange>) {
    let changes: Vec<_> = changes.into_iter().collect();
    database.write(move |tx| tx.park(&changes)).await;
}

/// What waits for these messages.
pub(super) async fn waiting(database: &Database, numbers: &[u32]) -> Vec<ParkedChange> {
    let keys: Vec<_> = numbers.iter().copied().map(key).collect();
    database.read(move |tx| tx.parked(&keys)).await
}
