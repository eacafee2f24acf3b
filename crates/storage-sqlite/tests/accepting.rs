//! What is accepted together, and who goes first.

use rusqlite::Connection;
use switchboard_domain::{EnvelopeId, NewEnvelope, RawJson, Source, Timestamp};
use switchboard_storage::StorageError;
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::tempdir;

/// Envelope 3 is one that the database does not want.
const BAD_ENVELOPE: &str = "
    CREATE TRIGGER refuse BEFORE INSERT ON envelopes
    WHEN NEW.body = CAST('3' AS BLOB)
    BEGIN
        SELECT RAISE(ABORT, 'not this one');
    END";

fn envelope(number: i64) -> NewEnvelope {
    NewEnvelope {
        source: Source::named("test"),
        target: "/test".to_owned(),
        headers: RawJson::empty_object(),
        body: number.to_string().into_bytes(),
        received_at: Timestamp::from_millis(number),
    }
}

#[tokio::test]
async fn an_envelope_that_the_database_refuses_costs_none_of_those_that_came_with_it() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    let file = Connection::open(folder.path().join("hub-envelopes.db")).unwrap();
    file.execute_batch(BAD_ENVELOPE).unwrap();
    // Nobody else can write, so that what is accepted meanwhile waits together.
    file.execute_batch("BEGIN IMMEDIATE").unwrap();

    let (first, second, third, fourth, ()) = tokio::join!(
        store.accept(envelope(1)),
        store.accept(envelope(2)),
        store.accept(envelope(3)),
        store.accept(envelope(4)),
        // Each is in the queue before the next one is looked at.
        async { file.execute_batch("COMMIT").unwrap() },
    );

    for kept in [first, second, fourth] {
        kept.unwrap();
    }
    assert!(third.unwrap_err().is_of_content());
    let kept: Result<_, StorageError> = store
        .read(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000))
        .await;
    let kept: Vec<_> = kept.unwrap().into_iter().map(|one| one.content).collect();
    assert_eq!(kept, [1, 2, 4].map(envelope));
    store.close();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_thread_that_writes_is_behind_the_one_that_accepts() {
    use switchboard_storage::Touches;
    use switchboard_testkit::threads::nice_of;

    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap();
    let served: Result<(), StorageError> = store.write(Touches::nothing(), |_tx| Ok(())).await;
    served.unwrap();
    store.accept(envelope(1)).await.unwrap();

    let [writers, accepters] = ["sqlite-writer", "sqlite-accepts"].map(nice_of);

    assert!(!accepters.is_empty());
    assert!(writers.iter().max() > accepters.iter().max(), "{writers:?}");
    store.close();
}
