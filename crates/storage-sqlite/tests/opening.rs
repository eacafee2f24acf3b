//! Opening, opening again, and who may not.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose database does not open fails"
)]

use std::path::Path;

use switchboard_domain::{
    EventBody, EventKind, EventSubject, NewEnvelope, NewEvent, Position, RawJson, Source, Timestamp,
};
use switchboard_storage::{StorageError, Store, Touches, Writers};
use switchboard_storage_sqlite::{OpenError, SqliteOptions, open};
use tempfile::tempdir;

fn opened(path: &Path) -> Store {
    open(path, SqliteOptions::default()).unwrap()
}

async fn append(store: &Store) {
    let appended: Result<(), StorageError> = store
        .write(Touches::nothing(), |tx| tx.append_event(&event()))
        .await;
    appended.unwrap();
}

fn event() -> NewEvent {
    NewEvent {
        kind: EventKind::ChannelUpdated,
        subject: EventSubject::from_uuid(uuid::Uuid::nil()),
        body: EventBody::Told(RawJson::empty_object()),
        occurred_at: Timestamp::from_millis(1),
    }
}

async fn events(store: &Store) -> usize {
    let events: Result<_, StorageError> =
        store.read(|tx| tx.events_after(Position::START, 100)).await;
    events.unwrap().len()
}

#[tokio::test]
async fn everything_is_kept_when_a_database_is_opened_again() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");

    for before in 0..3 {
        let store = opened(&path);
        assert_eq!(events(&store).await, before);
        append(&store).await;
        store.close();
    }
}

/// What a power cut or a kill leaves behind: a database whose log was not emptied.
#[tokio::test]
async fn what_was_answered_is_kept_when_the_hub_is_killed() {
    let folder = tempdir().unwrap();
    let store = opened(&folder.path().join("hub.db"));
    append(&store).await;
    let after_the_kill = tempdir().unwrap();
    for file in [
        "hub.db",
        "hub.db-wal",
        "hub-envelopes.db",
        "hub-envelopes.db-wal",
    ] {
        std::fs::copy(folder.path().join(file), after_the_kill.path().join(file)).unwrap();
    }
    store.close();

    let store = opened(&after_the_kill.path().join("hub.db"));

    assert_eq!(events(&store).await, 1);
    store.close();
}

#[test]
fn a_closed_store_leaves_its_two_files_and_its_lock() {
    let folder = tempdir().unwrap();
    opened(&folder.path().join("hub.db")).close();

    let mut names: Vec<_> = folder
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["hub-envelopes.db", "hub.db", "hub.db.lock"]);
}

#[tokio::test]
async fn a_path_with_signs_that_mean_something_in_addresses_is_a_path() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a hub?mode=memory#100%25 ü.db");
    let store = opened(&path);
    append(&store).await;
    store.close();

    let store = opened(&path);
    assert_eq!(events(&store).await, 1);
    store.close();
    assert_eq!(folder.path().read_dir().unwrap().count(), 3);
}

/// A unit of work that takes its time does not keep providers waiting for their answer.
#[tokio::test]
async fn what_arrives_is_kept_while_a_unit_of_work_runs() {
    let folder = tempdir().unwrap();
    let store = opened(&folder.path().join("hub.db"));
    let (accepted, was_accepted) = std::sync::mpsc::channel::<()>();
    let was_accepted = std::sync::Mutex::new(was_accepted);
    let unit = store.write(Touches::nothing(), move |tx| {
        tx.append_event(&event())?;
        was_accepted.lock().unwrap().recv().unwrap();
        Ok::<_, StorageError>(())
    });
    let arrival = async {
        store
            .accept(NewEnvelope {
                source: Source::named("test"),
                target: "/test".to_owned(),
                headers: RawJson::empty_object(),
                body: b"{}".to_vec(),
                received_at: Timestamp::from_millis(1),
            })
            .await
            .unwrap();
        accepted.send(()).unwrap();
    };

    let (unit, ()) = tokio::join!(unit, arrival);

    unit.unwrap();
    store.close();
}

#[test]
fn this_process_alone_writes_to_a_database_of_sqlite() {
    let folder = tempdir().unwrap();
    let store = opened(&folder.path().join("hub.db"));

    assert_eq!(store.writers(), Writers::ThisProcessAlone);
    store.close();
}

#[test]
fn a_second_hub_on_the_same_file_is_refused_until_the_first_has_closed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let first = opened(&path);

    let refused = open(&path, SqliteOptions::default()).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    assert!(
        refused
            .to_string()
            .contains("hub.db is in use by another hub"),
        "{refused}"
    );

    first.close();
    opened(&path).close();
}

#[cfg(unix)]
#[test]
fn a_second_hub_is_refused_through_a_link_too() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let link = folder.path().join("link.db");
    let first = opened(&path);
    std::os::unix::fs::symlink(&path, &link).unwrap();

    let refused = open(&link, SqliteOptions::default()).unwrap_err();

    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    first.close();
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    opened(&path).close();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute(
            "INSERT INTO schema_history (version, name, applied_on, checksum)
             VALUES (900, 'from_the_future', '2030-01-01T00:00:00Z', '1')",
            [],
        )
        .unwrap();
    let before = std::fs::read(&path).unwrap();

    let refused = open(&path, SqliteOptions::default()).unwrap_err();

    assert!(
        matches!(refused, OpenError::NewerSchema { found: 900, .. }),
        "{refused:?}"
    );
    assert!(
        refused
            .to_string()
            .contains("was written by a newer version of this program (schema 900"),
        "{refused}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    std::fs::write(&path, "Dear diary, ".repeat(1000)).unwrap();

    let refused = open(&path, SqliteOptions::default()).unwrap_err();

    assert!(matches!(refused, OpenError::Sqlite { .. }), "{refused:?}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();

    let refused = open(&file.join("hub.db"), SqliteOptions::default()).unwrap_err();

    assert!(matches!(refused, OpenError::File { .. }), "{refused:?}");
    assert!(refused.to_string().contains("file/hub.db"), "{refused}");
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_and_folders_are_for_the_user_of_the_hub_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempdir().unwrap();
    let path = folder.path().join("outer/inner/hub.db");
    let store = opened(&path);
    append(&store).await;

    let mode = |name: &str| {
        let path = folder.path().join(name);
        path.metadata().unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode("outer"), 0o700);
    assert_eq!(mode("outer/inner"), 0o700);
    for file in ["hub.db", "hub.db-wal", "hub.db-shm", "hub.db.lock"] {
        assert_eq!(mode(&format!("outer/inner/{file}")), 0o600, "{file}");
    }
    store.close();
}

#[test]
fn a_store_that_nobody_holds_any_more_lets_go_of_its_database() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let lock = std::fs::File::create(folder.path().join("hub.db.lock")).unwrap();

    drop(opened(&path));

    // Waits for the thread that writes, which ends by itself.
    lock.lock().unwrap();
    lock.unlock().unwrap();
    opened(&path).close();
}
