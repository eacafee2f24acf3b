//! Units of many messages send some of what they write without waiting. What becomes of it is the same.

use switchboard_domain::{
    Conversation, LastMessage, Message, MessageId, MessageSequence, NewMessage,
};
use switchboard_storage::{StorageError, Store, Touches, WriteTx};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::samples::{at, conversation};

/// More than are sent with one statement, several times.
const MANY: u32 = 1_800;

/// Refuses one text that comes late, or one conversation.
const REFUSE: &str = "
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
    CREATE TRIGGER texts BEFORE INSERT ON message_texts
        FOR EACH ROW WHEN (NEW.words @@ 'w1700'::tsquery) EXECUTE FUNCTION refuse()";
const REFUSE_MOVES: &str = "
    DROP TRIGGER texts ON message_texts;
    CREATE TRIGGER moves BEFORE UPDATE ON conversations
        FOR EACH ROW EXECUTE FUNCTION refuse()";
const ALLOW: &str = "DROP TRIGGER moves ON conversations";

fn message(number: u32) -> NewMessage {
    let thread = conversation(1);
    NewMessage {
        message: Message::received(
            MessageId::derive(thread.channel, &number.to_string()),
            thread.id,
            thread.source,
            ("4915".to_owned(), "{}".to_owned()),
            at(number.into()),
        ),
        text: Some(format!("w{number}")),
    }
}

/// The conversation after its last message.
fn moved(sequence: MessageSequence) -> Conversation {
    let last = message(MANY).message;
    Conversation {
        last_message: Some(LastMessage {
            id: last.id,
            sequence,
            sent_at: last.sent_at,
        }),
        message_count: MANY.into(),
        ..conversation(1)
    }
}

/// Adds all messages and moves their conversation.
fn add_all(tx: &mut dyn WriteTx) -> Result<Vec<MessageSequence>, StorageError> {
    let new: Vec<_> = (1..=MANY).map(message).collect();
    let places: Vec<_> = tx.add_messages(&new)?.into_iter().flatten().collect();
    if let Some(last) = places.last() {
        tx.put_conversations(&[moved(*last)])?;
    }
    Ok(places)
}

fn all_added(store: &Store) -> Result<Vec<MessageSequence>, StorageError> {
    waited_for(store.write(Touches::nothing(), add_all))
}

fn waited_for<T>(answer: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(answer)
}

/// How many of the messages there are, and what is known of their conversation.
fn kept(store: &Store) -> (usize, Vec<Conversation>) {
    let read: Result<_, StorageError> = waited_for(store.read(|tx| {
        let ids: Vec<_> = (1..=MANY)
            .map(|number| message(number).message.id)
            .collect();
        Ok((
            tx.messages(&ids)?.len(),
            tx.conversations(&[conversation(1).id])?,
        ))
    }));
    read.unwrap()
}

#[test]
fn what_cannot_be_written_after_all_undoes_its_unit_and_says_why() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let begun: Result<(), StorageError> = waited_for(store.write(Touches::nothing(), |tx| {
        tx.put_conversations(&[conversation(1)])
    }));
    begun.unwrap();

    for obstacle in [REFUSE, REFUSE_MOVES] {
        database.client().batch_execute(obstacle).unwrap();

        let refused = all_added(&store).unwrap_err();

        assert!(matches!(refused, StorageError::Refused(_)), "{refused:?}");
        let source = std::error::Error::source(&refused).map(ToString::to_string);
        let told = format!("{refused} {source:?}");
        assert!(!told.contains("aborted"), "{told}");
        assert_eq!(kept(&store), (0, vec![conversation(1)]));
    }

    database.client().batch_execute(ALLOW).unwrap();
    let places = all_added(&store).unwrap();
    assert_eq!(places.len(), 1_800);
    assert!(places.is_sorted());
    let last = *places.last().unwrap();
    assert_eq!(kept(&store), (1_800, vec![moved(last)]));
    store.close();
}

#[tokio::test]
async fn a_message_is_added_once_however_far_apart_its_repetitions_are() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();

    let places: Result<_, StorageError> = store
        .write(Touches::nothing(), |tx| {
            let new: Vec<_> = (1..=MANY).chain([1, 900, MANY]).map(message).collect();
            tx.add_messages(&new)
        })
        .await;

    let added: Vec<_> = places.unwrap().iter().map(Option::is_some).collect();
    let expected: Vec<_> = (1..=MANY + 3).map(|place| place <= MANY).collect();
    assert_eq!(added, expected);
    store.close();
}
