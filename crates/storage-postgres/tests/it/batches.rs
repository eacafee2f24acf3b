//! Units that share a transaction, and come out as if each had its own.

use switchboard_domain::{
    ChannelFilter, Conversation, ConversationFilter, KeyId, LastMessage, MessageId,
    MessageSequence, Position, Range, RawJson, Sealed, TagId,
};
use switchboard_storage::{ConversationQuery, ConversationReads, StorageError, Store, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::held::Held;
use crate::samples::{KIND, at, channel, conversation, event, job, told};

fn on_purpose() -> StorageError {
    StorageError::unavailable("on purpose")
}

fn opened(database: &TestDatabase) -> Store {
    open(&database.url(), PostgresOptions::default()).unwrap()
}

async fn numbers_told(store: &Store) -> Vec<String> {
    let events = store
        .read_one(|tx| tx.events_after(Position::START, 1000))
        .await;
    let events: Result<_, StorageError> = events;
    events
        .unwrap()
        .iter()
        .map(|event| told(event).to_owned())
        .collect()
}

#[tokio::test]
async fn undoing_a_unit_keeps_what_it_had_to_send_for_earlier_ones() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let held = Held::writer_of(&store).await;

    let earlier = held
        .behind(|tx| {
            tx.put_channel(&channel(1))?;
            tx.append_event(&event(1))
        })
        .await;
    let undone = held
        .behind(|tx| {
            tx.put_job(&job(2))?;
            tx.put_channel(&channel(2))?;
            tx.append_event(&event(2))?;
            // Both need everything so far to be on the server.
            assert!(tx.last_position()? > Position::START);
            tx.channels_revision()?;
            tx.append_event(&event(3))?;
            assert_eq!(tx.events_after(Position::START, 10)?.len(), 3);
            Err::<(), _>(on_purpose())
        })
        .await;
    let later = held
        .behind(|tx| {
            assert_eq!(tx.channel(channel(2).id)?, None);
            assert_eq!(tx.job(KIND, "2")?, None);
            tx.put_job(&job(4))?;
            tx.append_event(&event(4))?;
            tx.channel(channel(1).id)
        })
        .await;
    held.let_go().await;

    earlier.await.unwrap().unwrap();
    assert!(undone.await.unwrap().is_err());
    assert_eq!(later.await.unwrap().unwrap(), Some(channel(1)));
    assert_eq!(numbers_told(&store).await, ["1", "4"]);
    let listed: Result<_, StorageError> = store
        .read_one(|tx| tx.channels(&ChannelFilter::default()))
        .await;
    assert_eq!(listed.unwrap(), [channel(1)]);
}

#[tokio::test]
async fn undoing_a_unit_undoes_what_it_did_to_jobs_in_any_order() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let put: Result<bool, StorageError> = store
        .write(Touches::nothing(), |tx| tx.put_job(&job(1)))
        .await;
    assert!(put.unwrap());
    let held = Held::writer_of(&store).await;

    let kept = held.behind(|tx| tx.put_job(&job(2))).await;
    let undone = held
        .behind(|tx| {
            assert!(!tx.put_job(&job(2))?);
            assert!(tx.put_job(&job(3))?);
            assert_eq!(tx.claim_jobs(KIND, at(1), at(100), 10)?.len(), 3);
            assert!(tx.finish_job(job(1).id, 1)?);
            assert!(tx.put_job(&job(4))?);
            Err::<(), _>(on_purpose())
        })
        .await;
    let later = held
        .behind(|tx| {
            let there = ["1", "2", "3", "4"]
                .map(|key| tx.job(KIND, key))
                .into_iter()
                .collect::<Result<Vec<_>, _>>()?;
            Ok(there
                .into_iter()
                .map(|job| job.map(|job| job.attempts))
                .collect::<Vec<_>>())
        })
        .await;
    held.let_go().await;

    assert!(kept.await.unwrap().unwrap());
    assert!(undone.await.unwrap().is_err());
    assert_eq!(
        later.await.unwrap().unwrap(),
        [Some(0), Some(0), None, None]
    );
}

#[tokio::test]
async fn a_unit_that_the_server_refuses_fails_alone() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let held = Held::writer_of(&store).await;

    let one = held.behind(|tx| tx.append_event(&event(1))).await;
    let refused = held
        .behind(|tx| {
            tx.append_event(&event(2))?;
            let sealed = Sealed {
                key_id: KeyId::new("00112233aabbccdd"),
                bytes: vec![1],
            };
            // There is no such channel, which shows only when the batch is sent.
            tx.put_credentials(channel(2).id, &sealed)
        })
        .await;
    let three = held.behind(|tx| tx.append_event(&event(3))).await;
    held.let_go().await;

    one.await.unwrap().unwrap();
    let refused = refused.await.unwrap();
    assert!(
        matches!(refused, Err(StorageError::Refused(_))),
        "{refused:?}"
    );
    three.await.unwrap().unwrap();
    assert_eq!(numbers_told(&store).await, ["1", "3"]);
}

#[tokio::test]
async fn a_unit_that_overlooks_an_error_is_not_kept() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let held = Held::writer_of(&store).await;

    let one = held.behind(|tx| tx.append_event(&event(1))).await;
    let careless = held
        .behind(|tx| {
            let mut unheard_of = job(2);
            // More than an index takes, however well it is packed.
            unheard_of.key = (0..100_000).map(|number| number.to_string()).collect();
            drop(tx.put_job(&unheard_of));
            tx.append_event(&event(2))
        })
        .await;
    held.let_go().await;

    one.await.unwrap().unwrap();
    assert!(careless.await.unwrap().is_err());
    assert_eq!(numbers_told(&store).await, ["1"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_and_harms_nobody_else() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let put: Result<bool, StorageError> = store
        .write(Touches::nothing(), |tx| {
            tx.put_channel(&channel(1))?;
            tx.put_job(&job(1))
        })
        .await;
    put.unwrap();
    let url = database.url();
    tokio::task::spawn_blocking(move || {
        let config: postgres::Config = url.parse().unwrap();
        let mut client = config.connect(postgres::NoTls).unwrap();
        client
            .batch_execute("UPDATE jobs SET attempts = -1")
            .unwrap();
    })
    .await
    .unwrap();
    let held = Held::writer_of(&store).await;

    let reading = held.behind(|tx| tx.job(KIND, "1")).await;
    let writing = held.behind(|tx| tx.append_event(&event(2))).await;
    held.let_go().await;

    let said = reading.await.unwrap().unwrap_err().to_string();
    assert!(said.contains("jobs.attempts of row "), "{said}");
    assert!(said.contains(&job(1).id.as_uuid().to_string()), "{said}");
    writing.await.unwrap().unwrap();
}

#[tokio::test]
async fn lists_in_a_unit_show_what_the_batch_has_put_so_far() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let stored: Result<(), StorageError> = store
        .write(Touches::nothing(), |tx| tx.put_channel(&channel(5)))
        .await;
    stored.unwrap();
    let held = Held::writer_of(&store).await;

    let earlier = held
        .behind(|tx| {
            tx.put_channel(&channel(1))?;
            let mut replaced = channel(5);
            // The one it has on the server stays, without having been asked for.
            replaced.created_at = at(0);
            replaced.facts = RawJson::from_checked("[]");
            tx.put_channel(&replaced)
        })
        .await;
    let listing = held
        .behind(|tx| tx.channels(&ChannelFilter::default()))
        .await;
    held.let_go().await;

    earlier.await.unwrap().unwrap();
    let mut replaced = channel(5);
    replaced.facts = RawJson::from_checked("[]");
    assert_eq!(listing.await.unwrap().unwrap(), [channel(1), replaced]);
}

#[tokio::test]
async fn undoing_a_unit_undoes_what_it_has_counted() {
    let database = TestDatabase::create();
    let store = opened(&database);
    let (one, two) = (spoken(1), spoken(2));
    let stored = (one.clone(), two.clone());
    let put: Result<(), StorageError> = store
        .write(Touches::nothing(), move |tx| {
            tx.put_conversations(&[stored.0.clone(), stored.1.clone()])
        })
        .await;
    put.unwrap();
    let held = Held::writer_of(&store).await;

    let kept = held.behind(move |tx| tx.add_tag(one.id, tag())).await;
    let undone = held
        .behind(move |tx| {
            tx.put_conversations(&[spoken(3)])?;
            assert!(tx.add_tag(two.id, tag())?);
            assert_eq!(total(tx, ConversationFilter::of_tag(tag()))?, 2);
            assert!(tx.add_tag(spoken(3).id, tag())?);
            assert!(tx.remove_tag(one.id, tag())?);
            assert_eq!(total(tx, ConversationFilter::of_tag(tag()))?, 2);
            assert_eq!(total(tx, ConversationFilter::All)?, 3);
            Err::<(), _>(on_purpose())
        })
        .await;
    let later = held
        .behind(move |tx| {
            let mut three = spoken(3);
            three.unread_count = 1;
            tx.put_conversations(&[three])?;
            Ok((tx.add_tag(one.id, tag())?, tx.add_tag(two.id, tag())?))
        })
        .await;
    held.let_go().await;

    assert!(kept.await.unwrap().unwrap());
    assert!(undone.await.unwrap().is_err());
    assert_eq!(later.await.unwrap().unwrap(), (false, true));
    let totals: Result<_, StorageError> = store
        .read(|tx| {
            let unread = ConversationFilter::UnreadCount(Range {
                from: Some(1),
                to: None,
            });
            Ok([
                total(tx, ConversationFilter::All)?,
                total(tx, ConversationFilter::of_tag(tag()))?,
                total(tx, ConversationFilter::of_channel(channel(1).id))?,
                total(tx, unread)?,
            ])
        })
        .await;
    assert_eq!(totals.unwrap(), [3, 2, 3, 1]);
}

fn tag() -> TagId {
    TagId::from_uuid(channel(9).id.as_uuid())
}

fn spoken(number: u32) -> Conversation {
    let mut spoken = conversation(number);
    spoken.last_message = Some(LastMessage {
        id: MessageId::derive(spoken.channel, &number.to_string()),
        sequence: MessageSequence(number.into()),
        sent_at: at(number.into()),
    });
    spoken
}

/// The number that is kept: a page of nothing never counts what it shows.
fn total<Tx: ConversationReads + ?Sized>(
    tx: &mut Tx,
    filter: ConversationFilter,
) -> Result<u64, StorageError> {
    let page = tx.conversation_page(&ConversationQuery {
        filter,
        cursor: None,
        limit: 0,
    })?;
    Ok(page.total)
}
