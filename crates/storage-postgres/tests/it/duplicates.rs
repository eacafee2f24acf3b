//! Two nodes that add the same message at the same time.

use postgres::{Client, NoTls};
use switchboard_domain::{ConversationId, Message, MessageId, NewMessage, Source};
use switchboard_storage::{StorageError, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::samples::{at, channel};

const ADD: &str = "
    INSERT INTO messages (id, conversation_id, source, content, from_contact, sender, sent_at, delivery,
                          edits, unsent)
    VALUES ($1, $2, 'test', 'theirs', true, 'somebody', 0, 'delivered', 0, false)";

const WAITING: &str = "
    SELECT COUNT(*)
    FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'";

fn message(number: u32) -> NewMessage {
    NewMessage {
        message: Message::received(
            MessageId::derive(channel(1).id, &number.to_string()),
            ConversationId::derive(channel(1).id, "somebody"),
            Source::named("test"),
            ("somebody".to_owned(), "ours".to_owned()),
            at(0),
        ),
        text: Some("ours".to_owned()),
    }
}

#[test]
fn a_message_that_another_node_adds_meanwhile_is_a_duplicate_and_costs_the_others_nothing() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let mut other = Client::connect(&database.url(), NoTls).unwrap();
    let mut looking = database.client();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let twice = message(1).message;
    let mut theirs = other.transaction().unwrap();
    theirs
        .execute(ADD, &[&twice.id.as_uuid(), &twice.conversation.as_uuid()])
        .unwrap();

    let writing = store.clone();
    let ours = runtime.spawn(async move {
        let new = [message(1), message(2)];
        let added = writing.write(Touches::nothing(), move |tx| tx.add_messages(&new));
        added.await
    });
    let mut waiting = || -> i64 { looking.query_one(WAITING, &[]).unwrap().get(0) };
    while waiting() < 1 && !ours.is_finished() {}
    theirs.commit().unwrap();

    let added: Result<Vec<_>, StorageError> = runtime.block_on(ours).unwrap();
    let is_stored: Vec<_> = added.unwrap().iter().map(Option::is_some).collect();
    assert_eq!(is_stored, [false, true]);
    let found = store.read(|tx| tx.messages(&[message(1).message.id, message(2).message.id]));
    let found: Result<Vec<_>, StorageError> = runtime.block_on(found);
    let mut contents: Vec<_> = found
        .unwrap()
        .into_iter()
        .map(|found| found.content)
        .collect();
    contents.sort();
    assert_eq!(contents, ["ours", "theirs"]);
    store.close();
}
