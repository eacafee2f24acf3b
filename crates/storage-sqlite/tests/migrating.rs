//! Databases of earlier versions are brought up to date with everything that is in them.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose database does not open fails"
)]

use std::path::Path;

use switchboard_domain::{
    ApplyProgress, ChannelFilter, ConversationId, EnvelopeId, Event, EventBody, EventKind,
    EventSubject, JobKind, Message, MessageId, NewEnvelope, NewEvent, Position, RawJson, Source,
    Timestamp,
};
use switchboard_storage::{Revision, StorageError, Touches};
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::tempdir;
use uuid::Uuid;

/// The tables of the first version.
const FIRST_VERSION: &str = include_str!("../migrations/V1__channels_events_jobs.sql");

/// The tables that the second version added, with envelopes among them.
const SECOND_VERSION: &str = include_str!("../migrations/V2__messages_in.sql");

/// Two envelopes wait, and the newest was removed: its id is taken.
const ENVELOPES: &str = "
    INSERT INTO envelopes VALUES (3, 30, 'test', '/test', '{}', x'03');
    INSERT INTO envelopes VALUES (4, 40, 'test', '/test', '{}', x'04');
    INSERT INTO envelopes VALUES (9, 90, 'test', '/test', '{}', x'09');
    DELETE FROM envelopes WHERE id = 9;
    UPDATE apply_progress SET through = 2;
";

/// What that version leaves behind. The newest event was removed: its position is taken.
const CONTENT: &str = r#"
    INSERT INTO channels VALUES (x'000102030405060708090a0b0c0d0e0f', 's', 'c', 'a channel', NULL, 1,
        NULL, '{}', 0, 0);
    INSERT INTO credentials VALUES (x'000102030405060708090a0b0c0d0e0f', zeroblob(1024), 'key',
        x'01');
    INSERT INTO jobs VALUES (zeroblob(16), 'account.settle', 'a job', 5, 0, '{}', NULL, NULL, NULL);
    UPDATE revisions SET revision = 8;
    INSERT INTO events VALUES (2, 'channel.updated', zeroblob(16), '{"number":2}', 20);
    INSERT INTO events VALUES (5, 'channel.updated', zeroblob(16), '{"number":5}', 50);
    INSERT INTO events VALUES (9, 'channel.updated', zeroblob(16), '{"number":9}', 90);
    DELETE FROM events WHERE position = 9;
"#;

/// Three conversations with a message, two of them unread and two in a state; one without a message.
const INBOX: &str = "
    INSERT INTO conversations (id, channel_id, source, handle, contact_id, created_at, last_message_at,
        last_message_id, last_message_sequence, message_count, unread_count, display_name_by_user,
        avatar_url_by_user, profile, state)
    VALUES
        (x'01000000000000000000000000000000', x'0a000000000000000000000000000000', 'viber', 'a',
         zeroblob(16), 1, 1, zeroblob(16), 1, 1, 1, 0, 0, 'none', 'On hold'),
        (x'02000000000000000000000000000000', x'0a000000000000000000000000000000', 'viber', 'b',
         zeroblob(16), 1, 2, zeroblob(16), 2, 1, 0, 0, 0, 'none', 'hold'),
        (x'03000000000000000000000000000000', x'0b000000000000000000000000000000', 'google', 'c',
         zeroblob(16), 1, 3, zeroblob(16), 3, 1, 5, 0, 0, 'none', NULL),
        (x'04000000000000000000000000000000', x'0b000000000000000000000000000000', 'google', 'd',
         zeroblob(16), 1, NULL, NULL, NULL, 0, 5, 0, 0, 'none', 'hold');
    INSERT INTO conversation_words VALUES
        ('metadata.state', 'on', x'01000000000000000000000000000000', 0),
        ('metadata.state', 'hold', x'01000000000000000000000000000000', 1),
        ('metadata.state', 'hold', x'02000000000000000000000000000000', 0),
        ('metadata.state', 'hold', x'04000000000000000000000000000000', 0),
        ('display_name', 'hold', x'03000000000000000000000000000000', 0);
    INSERT INTO counts VALUES ('contacts', x'', 4), ('conversations', x'', 3),
        ('conversations.tag', x'0c000000000000000000000000000000', 2),
        ('conversations.state', CAST('hold' AS BLOB), 2);
";

/// Two messages of one conversation, the later one stored first, and one of another.
const MESSAGES: &str = "
    INSERT INTO messages (sequence, id, conversation_id, sent_at, from_contact, source, sender,
        delivery, edits, unsent, content)
    VALUES
        (1, x'f1000000000000000000000000000000', x'0a000000000000000000000000000000', 20, 1, 'viber',
         'a', 'delivered', 0, 0, 'later'),
        (2, x'02000000000000000000000000000000', x'0a000000000000000000000000000000', 10, 1, 'viber',
         'a', 'delivered', 0, 0, 'earlier'),
        (3, x'03000000000000000000000000000000', x'0b000000000000000000000000000000', 30, 1, 'viber',
         'b', 'delivered', 0, 0, 'elsewhere');
";

/// A database as the first version left it.
fn of_the_first_version(path: &Path, content: &str) {
    of_version(1, path, &format!("{FIRST_VERSION} {content}"));
}

/// A database as an earlier version left it: with its tables, and its name for what was applied.
fn of_version(version: u32, path: &Path, content: &str) {
    let folder = tempdir().unwrap();
    let newest = folder.path().join("newest.db");
    open(&newest, SqliteOptions::default()).unwrap().close();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(content).unwrap();
    connection
        .execute("ATTACH DATABASE ?1 AS newest", [newest.to_str().unwrap()])
        .unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE schema_history (
                 version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255),
                 checksum VARCHAR(255)
             );
             INSERT INTO schema_history
             SELECT * FROM newest.schema_history WHERE version <= {version};"
        ))
        .unwrap();
}

fn number(position: i64, at: i64) -> Event {
    Event {
        position: Position::new(position),
        kind: EventKind::ChannelUpdated,
        subject: EventSubject::from_uuid(Uuid::nil()),
        body: EventBody::Told(RawJson::from_checked(format!(r#"{{"number":{position}}}"#))),
        occurred_at: Timestamp::from_millis(at),
    }
}

#[tokio::test]
async fn a_database_of_the_first_version_keeps_everything() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_the_first_version(&path, CONTENT);

    let store = open(&path, SqliteOptions::default()).unwrap();
    let found: Result<_, StorageError> = store
        .read(|tx| {
            let channels = tx.channels(&ChannelFilter::default())?;
            let id = channels.first().unwrap().id;
            Ok((
                channels.len(),
                tx.credentials(id)?.unwrap().bytes,
                tx.job(JobKind::SettleAccount, "a job")?.unwrap().run_at,
                tx.channels_revision()?,
                tx.events_after(Position::START, 10)?,
                tx.apply_progress()?,
            ))
        })
        .await;
    store.close();

    let (channels, sealed, run_at, revision, events, progress) = found.unwrap();
    assert_eq!((channels, sealed), (1, vec![1]));
    assert_eq!(run_at, Timestamp::from_millis(5));
    assert_eq!(revision, Revision(8));
    assert_eq!(events, [number(2, 20), number(5, 50)]);
    let nothing_received = ApplyProgress {
        through: EnvelopeId::START,
        newest: EnvelopeId::START,
        waiting_since: None,
    };
    assert_eq!(progress, nothing_received);
}

/// The ids of all envelopes, one of which has just arrived.
async fn envelopes_with_one_more(path: &Path) -> Vec<(i64, Vec<u8>)> {
    let store = open(path, SqliteOptions::default()).unwrap();
    store
        .accept(NewEnvelope {
            source: Source::named("test"),
            target: "/test".to_owned(),
            headers: RawJson::empty_object(),
            body: vec![0xff],
            received_at: Timestamp::from_millis(100),
        })
        .await
        .unwrap();
    let found: Result<_, StorageError> = store
        .read(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000))
        .await;
    store.close();
    found
        .unwrap()
        .into_iter()
        .map(|envelope| (envelope.id.get(), envelope.content.body))
        .collect()
}

#[tokio::test]
async fn envelopes_that_the_database_itself_held_are_kept_with_their_ids() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_version(
        2,
        &path,
        &format!("{FIRST_VERSION} {SECOND_VERSION} {ENVELOPES}"),
    );

    let found = envelopes_with_one_more(&path).await;

    assert_eq!(
        found,
        [(3, vec![3]), (4, vec![4]), (10, vec![0xff])],
        "the id of the one that was removed is not given again"
    );
    let held: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'envelopes'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(held, 0, "they are in their own file only");
}

#[tokio::test]
async fn moving_envelopes_goes_on_where_a_crash_interrupted_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let first = format!("{FIRST_VERSION} {SECOND_VERSION} {ENVELOPES}");
    of_version(2, &path, &first);
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    envelopes_with_one_more(&path).await;

    // The database as it was, beside a file that has some envelopes already.
    std::fs::copy(&copy, &path).unwrap();
    let envelopes = rusqlite::Connection::open(folder.path().join("hub-envelopes.db")).unwrap();
    envelopes
        .execute("DELETE FROM envelopes WHERE id <> 3", [])
        .unwrap();
    drop(envelopes);

    assert_eq!(
        envelopes_with_one_more(&path).await,
        [(3, vec![3]), (4, vec![4]), (11, vec![0xff])]
    );
}

#[tokio::test]
async fn with_an_older_file_of_envelopes_no_id_is_given_that_counts_as_applied() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    open(&path, SqliteOptions::default()).unwrap().close();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute("UPDATE apply_progress SET through = 41", [])
        .unwrap();
    std::fs::remove_file(folder.path().join("hub-envelopes.db")).unwrap();

    assert_eq!(envelopes_with_one_more(&path).await, [(42, vec![0xff])]);
}

async fn next_position(path: &Path) -> i64 {
    let store = open(path, SqliteOptions::default()).unwrap();
    let appended: Result<_, StorageError> = store
        .write(Touches::nothing(), |tx| {
            tx.append_event(&NewEvent {
                kind: EventKind::MessageCreated,
                subject: EventSubject::from_uuid(Uuid::nil()),
                body: EventBody::About(Uuid::from_u128(7)),
                occurred_at: Timestamp::from_millis(1),
            })?;
            tx.last_position()
        })
        .await;
    store.close();
    appended.unwrap().get()
}

#[tokio::test]
async fn totals_are_counted_once_for_what_an_earlier_version_has_left() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_version(
        2,
        &path,
        &format!("{FIRST_VERSION} {SECOND_VERSION} {INBOX}"),
    );

    open(&path, SqliteOptions::default()).unwrap().close();

    let connection = rusqlite::Connection::open(&path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT kind || hex(substr(key, 1, 1)) || '|' || state || '|' || source || '|' || n || '|'
                 || unread
             FROM counts ORDER BY kind, key, state, source",
        )
        .unwrap();
    let counts: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(
        counts,
        [
            "all||google|1|1",
            "all||viber|2|1",
            "all| |viber|2|1",
            "all|hold|viber|2|1",
            "all|on|viber|1|1",
            "channel0A||viber|2|1",
            "channel0A| |viber|2|1",
            "channel0A|hold|viber|2|1",
            "channel0A|on|viber|1|1",
            "channel0B||google|1|1",
            "contacts|||4|0",
            "tag0C|||2|0",
        ]
    );
}

#[tokio::test]
async fn messages_of_an_earlier_version_are_found_by_their_ids_and_by_their_conversation() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_version(
        2,
        &path,
        &format!("{FIRST_VERSION} {SECOND_VERSION} {MESSAGES}"),
    );

    let store = open(&path, SqliteOptions::default()).unwrap();
    let found: Result<_, StorageError> = store
        .read(|tx| {
            let id = |first: u128| MessageId::from_uuid(Uuid::from_u128(first << 120));
            let conversation = ConversationId::from_uuid(Uuid::from_u128(0x0a << 120));
            Ok((
                tx.messages(&[id(0xf1), id(0x03)])?,
                tx.message_page(conversation, None, 10)?,
            ))
        })
        .await;
    store.close();

    let contents = |messages: Vec<Message>| -> Vec<String> {
        let contents = messages.into_iter().map(|message| message.content);
        contents.collect()
    };
    let (by_id, page) = found.unwrap();
    assert_eq!(contents(by_id), ["elsewhere", "later"]);
    assert_eq!(contents(page), ["later", "earlier"]);
}

#[tokio::test]
async fn a_position_that_an_earlier_version_has_given_is_not_given_again() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_the_first_version(&path, CONTENT);

    assert_eq!(next_position(&path).await, 10);
}

#[tokio::test]
async fn an_empty_database_of_the_first_version_begins_with_the_first_position() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_the_first_version(&path, "");

    assert_eq!(next_position(&path).await, 1);
}

#[tokio::test]
async fn positions_are_kept_when_every_event_of_an_earlier_version_was_removed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    of_the_first_version(&path, &format!("{CONTENT} DELETE FROM events;"));

    assert_eq!(next_position(&path).await, 10);
}

#[tokio::test]
async fn a_file_of_envelopes_of_its_first_version_keeps_them_and_can_prove_that_it_takes_writes() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    open(&path, SqliteOptions::default()).unwrap().close();
    let envelopes = rusqlite::Connection::open(folder.path().join("hub-envelopes.db")).unwrap();
    envelopes
        .execute_batch(
            "DROP TABLE proofs;
             DELETE FROM schema_history WHERE version > 1;
             INSERT INTO envelopes VALUES (3, 30, 'test', '/test', '{}', x'03');",
        )
        .unwrap();
    drop(envelopes);

    let store = open(&path, SqliteOptions::default()).unwrap();
    let proved: Result<(), StorageError> = store
        .write(Touches::nothing(), |tx| tx.prove_writable())
        .await;
    let found: Result<_, StorageError> = store
        .read(|tx| tx.envelopes_after(EnvelopeId::new(0), 10, 1000))
        .await;
    store.close();

    proved.unwrap();
    let ids: Vec<_> = found.unwrap().iter().map(|one| one.id.get()).collect();
    assert_eq!(ids, [3]);
}
