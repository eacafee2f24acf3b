//! Rules about credentials.

use switchboard_domain::{ChannelId, KeyId, Sealed};

use super::Database;
use super::samples::{channel, sealed};

pub async fn credentials_come_back_as_they_were_put(database: &Database) {
    let every_byte = Sealed {
        key_id: KeyId::new("ffeeddccbbaa9988"),
        bytes: (0..=255).collect(),
    };
    put(database, 1, every_byte.clone()).await;

    assert_eq!(of(database, 1).await, Some(every_byte));
}

pub async fn a_channel_without_credentials_has_none(database: &Database) {
    put(database, 1, sealed("one")).await;

    assert_eq!(of(database, 2).await, None);
}

pub async fn credentials_are_put_in_the_unit_of_their_channel_or_later(database: &Database) {
    database.write(|tx| tx.put_channel(&channel(1))).await;
    database
        .write(|tx| tx.put_credentials(id(1), &sealed("later")))
        .await;

    put(database, 2, sealed("together")).await;

    assert_eq!(of(database, 1).await, Some(sealed("later")));
    assert_eq!(of(database, 2).await, Some(sealed("together")));
}

pub async fn putting_credentials_again_replaces_them(database: &Database) {
    let renewed = Sealed {
        key_id: KeyId::new("0000000000000001"),
        bytes: vec![1],
    };
    put(database, 1, sealed("old")).await;
    put(database, 1, renewed.clone()).await;

    assert_eq!(of(database, 1).await, Some(renewed));
}

pub async fn erased_credentials_are_gone_and_those_of_others_stay(database: &Database) {
    put(database, 1, sealed("one")).await;
    put(database, 2, sealed("two")).await;

    database.write(|tx| tx.erase_credentials(id(1))).await;

    assert_eq!(of(database, 1).await, None);
    assert_eq!(of(database, 2).await, Some(sealed("two")));
}

pub async fn erasing_what_is_not_there_changes_nothing(database: &Database) {
    database.write(|tx| tx.erase_credentials(id(1))).await;

    assert_eq!(of(database, 1).await, None);
}

pub async fn erased_credentials_can_be_put_again(database: &Database) {
    put(database, 1, sealed("old")).await;
    database.write(|tx| tx.erase_credentials(id(1))).await;
    put(database, 1, sealed("new")).await;

    assert_eq!(of(database, 1).await, Some(sealed("new")));
}

pub async fn putting_a_channel_again_keeps_its_credentials(database: &Database) {
    put(database, 1, sealed("one")).await;
    database.write(|tx| tx.put_channel(&channel(1))).await;

    assert_eq!(of(database, 1).await, Some(sealed("one")));
}

pub async fn a_unit_sees_the_credentials_it_has_put_and_erased(database: &Database) {
    let seen = database
        .write(|tx| {
            tx.put_channel(&channel(1))?;
            tx.put_credentials(id(1), &sealed("one"))?;
            let put = tx.credentials(id(1))?;
            tx.erase_credentials(id(1))?;
            Ok([put, tx.credentials(id(1))?])
        })
        .await;

    assert_eq!(seen, [Some(sealed("one")), None]);
}

async fn put(database: &Database, number: u32, credentials: Sealed) {
    database
        .write(move |tx| {
            tx.put_channel(&channel(number))?;
            tx.put_credentials(id(number), &credentials)
        })
        .await;
}

async fn of(database: &Database, number: u32) -> Option<Sealed> {
    database.read(move |tx| tx.credentials(id(number))).await
}

fn id(number: u32) -> ChannelId {
    channel(number).id
}
