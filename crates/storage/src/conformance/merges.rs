//! Rules about contacts that were deleted, or merged into others.

use switchboard_domain::{Contact, Merge};

use super::Database;
use super::contact_pages::page;
use super::contacts::{count, full, of, one, put};
use super::samples::at;
use super::samples::people::{called, contact, contact_id, holding};

pub async fn a_deleted_contact_is_gone(database: &Database) {
    put(database, [holding(1, &[1]), holding(2, &[2])]).await;
    let merge = merge(1, 5, 1);
    put_merge(database, merge).await;

    let deleted = [
        delete(database, 1).await,
        delete(database, 1).await,
        delete(database, 9).await,
    ];

    assert_eq!(deleted, [true, false, false]);
    assert_eq!(page(database, None, 10).await, [holding(2, &[2])]);
    assert_eq!(
        (one(database, contact_id(1)).await, of(database, 1).await),
        (None, None)
    );
    assert_eq!(merges(database, 1).await, []);
    assert_eq!(count(database).await, 1);
    put(database, [contact(1)]).await;
    assert_eq!(merges(database, 1).await, []);
    assert_eq!(one(database, contact_id(1)).await, Some(contact(1)));
}

pub async fn merges_come_back_as_they_were_put_oldest_first(database: &Database) {
    put(database, [contact(1), contact(2)]).await;
    let late = merge(1, 5, 30);
    let early = Merge {
        source: full(6),
        destination: Contact {
            id: contact_id(1),
            ..full(1)
        },
        merged_at: at(10),
    };
    let middle = merge(1, 7, 20);
    let elsewhere = merge(2, 8, 1);
    for merge in [&late, &early, &middle, &elsewhere] {
        put_merge(database, merge.clone()).await;
    }

    assert_eq!(merges(database, 1).await, [early, middle, late]);
    assert_eq!(merges(database, 2).await, [elsewhere]);
    assert_eq!(merges(database, 3).await, []);
}

pub async fn one_merge_is_forgotten_at_a_time(database: &Database) {
    put(database, [contact(1), contact(2)]).await;
    for merge in [merge(1, 5, 1), merge(1, 6, 2), merge(2, 7, 3)] {
        put_merge(database, merge).await;
    }

    let forgotten = database
        .write(|tx| {
            Ok([
                tx.delete_merge(contact_id(1), contact_id(5))?,
                tx.delete_merge(contact_id(1), contact_id(5))?,
                tx.delete_merge(contact_id(1), contact_id(7))?,
                tx.delete_merge(contact_id(6), contact_id(1))?,
            ])
        })
        .await;

    assert_eq!(forgotten, [true, false, false, false]);
    assert_eq!(merges(database, 1).await, [merge(1, 6, 2)]);
    assert_eq!(merges(database, 2).await, [merge(2, 7, 3)]);
}

async fn delete(database: &Database, number: u32) -> bool {
    database
        .write(move |tx| tx.delete_contact(contact_id(number)))
        .await
}

async fn put_merge(database: &Database, merge: Merge) {
    database.write(move |tx| tx.put_merge(&merge)).await;
}

async fn merges(database: &Database, destination: u32) -> Vec<Merge> {
    database
        .read(move |tx| tx.merges(contact_id(destination)))
        .await
}

fn merge(destination: u32, source: u32, second: i64) -> Merge {
    Merge {
        source: holding(source, &[source]),
        destination: called(destination, "as it was"),
        merged_at: at(second),
    }
}
