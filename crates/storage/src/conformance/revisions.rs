//! Rules about the revision of the channels.

use switchboard_domain::Channel;

use super::Database;
use super::database::Failed;
use super::samples::{at, channel, event, job, sealed};
use crate::{Revision, Touches};

pub async fn the_revision_grows_with_each_unit_that_puts_a_channel(database: &Database) {
    let empty = revision(database).await;
    database.write(|tx| tx.put_channel(&channel(1))).await;
    let inserted = revision(database).await;
    database
        .write(|tx| {
            tx.put_channel(&Channel {
                name: "renamed".to_owned(),
                ..channel(1)
            })
        })
        .await;
    let replaced = revision(database).await;
    database
        .write(|tx| (2..=5).try_for_each(|number| tx.put_channel(&channel(number))))
        .await;
    let several = revision(database).await;

    assert!(
        empty < inserted && inserted < replaced && replaced < several,
        "{empty:?} {inserted:?} {replaced:?} {several:?}"
    );
}

pub async fn that_writing_works_can_be_proved_again_and_again(database: &Database) {
    for _ in 0..3 {
        database.write(|tx| tx.prove_writable()).await;
    }
}

pub async fn a_database_keeps_everything_when_it_rests(database: &Database) {
    database.write(|tx| tx.put_channel(&channel(1))).await;

    database.write(|tx| tx.rest()).await;

    let id = channel(1).id;
    assert!(database.read(move |tx| tx.channel(id)).await.is_some());
    database.write(|tx| tx.put_channel(&channel(2))).await;
}

pub async fn the_revision_stays_when_no_channel_is_put(database: &Database) {
    database.write(|tx| tx.put_channel(&channel(1))).await;
    let before = revision(database).await;

    database
        .write(|tx| {
            tx.put_credentials(channel(1).id, &sealed("secret"))?;
            tx.append_event(&event(1))?;
            tx.put_job(&job("key", 1))?;
            tx.claim_jobs(super::samples::KIND, at(1), at(2), 1)?;
            tx.erase_credentials(channel(1).id)?;
            tx.prove_writable()?;
            tx.channel(channel(1).id)
        })
        .await;

    assert_eq!(revision(database).await, before);
}

pub async fn the_revision_stays_when_a_unit_is_undone(database: &Database) {
    database.write(|tx| tx.put_channel(&channel(1))).await;
    let before = revision(database).await;

    let undone: Result<(), Failed> = database
        .store()
        .write(Touches::nothing(), |tx| {
            tx.put_channel(&channel(2))?;
            Err(Failed::OnPurpose)
        })
        .await;

    assert!(matches!(undone, Err(Failed::OnPurpose)), "{undone:?}");
    assert_eq!(revision(database).await, before);
}

pub async fn a_unit_sees_the_revision_it_has_made(database: &Database) {
    let (before, after) = database
        .write(|tx| {
            let before = tx.channels_revision()?;
            tx.put_channel(&channel(1))?;
            Ok((before, tx.channels_revision()?))
        })
        .await;

    assert!(before < after, "{before:?} {after:?}");
    assert_eq!(revision(database).await, after);
}

pub async fn the_revision_is_kept_when_the_database_is_opened_again(database: &Database) {
    database.write(|tx| tx.put_channel(&channel(1))).await;
    let before = revision(database).await;

    let store = database.reopened().await;
    let after: Result<_, crate::StorageError> = store.read(|tx| tx.channels_revision()).await;

    assert_eq!(after.unwrap(), before);
    super::database::close(store).await;
}

async fn revision(database: &Database) -> Revision {
    database.read(|tx| tx.channels_revision()).await
}
