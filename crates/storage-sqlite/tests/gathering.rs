//! Messages go from the small indexes into the large ones, and leave both when they are erased.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose database does not open fails"
)]

use std::path::{Path, PathBuf};

use switchboard_domain::{ConversationId, Message, MessageId, NewMessage, Source, Timestamp};
use switchboard_storage::{SearchText, StorageError, Store, Touches, WriteTx};
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::{TempDir, tempdir};
use uuid::Uuid;

const RECENT: usize = 10;
const MESSAGES: u128 = 100;

/// Spread over all ids, as those of messages are.
fn spread(number: u128) -> Uuid {
    Uuid::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn conversation(number: u128) -> ConversationId {
    ConversationId::from_uuid(spread(1_000 + number))
}

/// One in ten is in the same conversation.
fn message(number: u128) -> Message {
    Message::received(
        MessageId::from_uuid(spread(number)),
        conversation(number % 10),
        Source::named("viber"),
        ("somebody".to_owned(), format!("message {number}")),
        Timestamp::from_millis(i64::try_from(number).unwrap()),
    )
}

fn new_database() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    (folder, path)
}

fn opened(path: &Path) -> Store {
    let options = SqliteOptions {
        recent_messages: RECENT,
        ..SqliteOptions::default()
    };
    open(path, options).unwrap()
}

async fn write(
    store: &Store,
    work: impl FnMut(&mut dyn WriteTx) -> Result<(), StorageError> + Send + 'static,
) {
    store.write(Touches::nothing(), work).await.unwrap();
}

async fn add(store: &Store, numbers: impl Iterator<Item = u128>) {
    let messages: Vec<_> = numbers
        .map(|number| NewMessage {
            message: message(number),
            text: None,
        })
        .collect();
    write(store, move |tx| tx.add_messages(&messages).map(drop)).await;
}

/// How many messages the small indexes have, and how many the large ones: by id, and by conversation.
fn counts(path: &Path) -> ([i64; 2], [i64; 2]) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let count = |table: &str| {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    (
        [
            count("recent_message_ids"),
            count("recent_conversation_messages"),
        ],
        [count("message_ids"), count("conversation_messages")],
    )
}

#[tokio::test]
async fn a_unit_that_adds_more_than_may_be_recent_gathers_them() {
    let (_folder, path) = new_database();
    let store = opened(&path);

    add(&store, 0..MESSAGES).await;
    store.close();

    let (recent, gathered) = counts(&path);
    assert!(recent[0] <= 10, "{recent:?}");
    assert_eq!(recent[0] + gathered[0], 100);
    assert_eq!(recent[1] + gathered[1], 100);
}

#[tokio::test]
async fn small_units_gather_once_they_come_to_more_together() {
    let (_folder, path) = new_database();
    let store = opened(&path);
    for number in 0..MESSAGES {
        add(&store, number..=number).await;
    }
    store.close();

    let (recent, gathered) = counts(&path);

    assert!(recent[0] <= 10, "{recent:?}");
    assert_eq!(recent[0] + gathered[0], 100);
}

#[tokio::test]
async fn what_was_recent_before_a_start_counts_after_it() {
    let (_folder, path) = new_database();
    for number in 0..MESSAGES {
        let store = opened(&path);
        add(&store, number..=number).await;
        store.close();
    }

    let (recent, gathered) = counts(&path);

    assert!(recent[0] <= 10, "{recent:?}");
    assert_eq!(recent[0] + gathered[0], 100);
}

#[tokio::test]
async fn a_unit_that_fails_leaves_the_indexes_as_they_were() {
    let (_folder, path) = new_database();
    let store = opened(&path);
    add(&store, 0..5).await;
    let messages: Vec<_> = (5..MESSAGES)
        .map(|number| NewMessage {
            message: message(number),
            text: None,
        })
        .collect();

    let failed: Result<(), StorageError> = store
        .write(Touches::nothing(), move |tx| {
            tx.add_messages(&messages)?;
            Err(StorageError::unavailable("on purpose"))
        })
        .await;
    add(&store, 5..6).await;
    store.close();

    assert!(failed.is_err());
    assert_eq!(counts(&path), ([6, 6], [0, 0]));
}

#[tokio::test]
async fn an_erased_message_leaves_both_indexes() {
    let (_folder, path) = new_database();
    let store = opened(&path);
    add(&store, 0..MESSAGES).await;

    write(&store, |tx| {
        (0..MESSAGES).try_for_each(|number| tx.erase_message(message(number).id))
    })
    .await;
    store.close();

    assert_eq!(counts(&path), ([0, 0], [0, 0]));
}

#[tokio::test]
async fn an_erased_conversation_takes_its_messages_out_of_both_indexes() {
    let (_folder, path) = new_database();
    let store = opened(&path);
    add(&store, 0..MESSAGES).await;

    write(&store, |tx| {
        (0..10).try_for_each(|number| tx.erase_conversation(conversation(number)))
    })
    .await;
    store.close();

    assert_eq!(counts(&path), ([0, 0], [0, 0]));
}

#[tokio::test]
async fn a_message_that_is_put_elsewhere_is_there_and_nowhere_else() {
    let (_folder, path) = new_database();
    let store = opened(&path);
    add(&store, 0..MESSAGES).await;

    write(&store, |tx| {
        (0..MESSAGES).try_for_each(|number| {
            let moved = Message {
                conversation: conversation(77),
                sent_at: Timestamp::from_millis(-message(number).sent_at.as_millis()),
                ..message(number)
            };
            tx.put_message(&moved, &SearchText::Kept)
        })
    })
    .await;
    let page: Result<_, StorageError> = store
        .read(|tx| tx.message_page(conversation(77), None, 1_000))
        .await;
    store.close();

    let found: Vec<_> = page
        .unwrap()
        .into_iter()
        .map(|found| found.content)
        .collect();
    let expected: Vec<_> = (0..MESSAGES)
        .map(|number| message(number).content)
        .collect();
    assert_eq!(found, expected);
    let (recent, gathered) = counts(&path);
    assert_eq!(recent[1] + gathered[1], 100);
}
