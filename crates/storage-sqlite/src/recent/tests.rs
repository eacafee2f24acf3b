//! Gathering, slice by slice.

use super::*;
use crate::SqliteOptions;
use crate::writer::Files;

fn files(folder: &tempfile::TempDir, most: usize) -> Files {
    let path = folder.path().join("hub.db");
    let options = SqliteOptions {
        recent_messages: most,
        ..SqliteOptions::default()
    };
    std::fs::File::options()
        .append(true)
        .create(true)
        .open(&path)
        .unwrap();
    crate::open::files(&path, options).unwrap()
}

/// Messages whose ids and conversations begin with these bytes are recent.
fn add(files: &Files, begins: impl Iterator<Item = u8>) -> u64 {
    let mut added = 0;
    for begin in begins {
        let mut id = [0; 16];
        id[0] = begin;
        let sequence = i64::from(begin) + 1;
        files
            .database
            .execute(
                "INSERT INTO recent_message_ids VALUES (?1, ?2)",
                params![id, sequence],
            )
            .unwrap();
        files
            .database
            .execute(PUT_PLACE, params![id, sequence, sequence])
            .unwrap();
        added += 1;
    }
    added
}

fn count(files: &Files, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    files
        .database
        .query_row(&sql, [], |row| row.get(0))
        .unwrap()
}

fn counts(files: &Files) -> [i64; 4] {
    [
        "recent_message_ids",
        "message_ids",
        "recent_conversation_messages",
        "conversation_messages",
    ]
    .map(|table| count(files, table))
}

fn commit(files: &Files, added: u64) {
    let recent = files.gatherer.gather(&files.database, added).unwrap();
    files.gatherer.keep(recent);
}

#[test]
fn few_messages_stay_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder, 10);

    let added = add(&files, 0..10);
    commit(&files, added);

    assert_eq!(counts(&files), [10, 0, 10, 0]);
}

#[test]
fn of_many_a_slice_is_gathered_at_a_time_until_few_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder, 240);

    let added = add(&files, 0..=u8::MAX);
    commit(&files, added);

    // 8 of 256 bytes are a slice.
    assert_eq!(counts(&files), [240, 16, 240, 16]);
    assert_eq!(
        files.gatherer.recent.get(),
        Recent {
            messages: 240,
            next: 2
        }
    );
}

#[test]
fn the_slice_after_the_last_one_is_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder, 0);

    let added = add(&files, [0, 7, 8, 248, u8::MAX].into_iter());
    commit(&files, added);

    assert_eq!(counts(&files), [0, 5, 0, 5]);
    assert_eq!(files.gatherer.recent.get(), Recent::default());
}

#[test]
fn what_is_recent_is_counted_when_a_database_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    add(&files(&folder, 10), 0..=u8::MAX);

    let files = files(&folder, 10);

    assert_eq!(files.gatherer.recent.get().messages, 256);
}

#[test]
fn what_was_not_committed_is_not_taken_for_gathered() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder, 10);
    let added = add(&files, 0..=u8::MAX);
    files.database.execute_batch("BEGIN").unwrap();
    files.gatherer.gather(&files.database, added).unwrap();
    files.database.execute_batch("ROLLBACK").unwrap();

    commit(&files, added);

    assert_eq!(counts(&files), [8, 248, 8, 248]);
}

#[test]
fn what_is_wrong_with_the_indexes_is_no_fault_of_who_writes() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder, 0);
    let added = add(&files, 0..1);
    files
        .database
        .execute(
            "INSERT INTO message_ids SELECT * FROM recent_message_ids",
            [],
        )
        .unwrap();

    let refused = files.gatherer.gather(&files.database, added).unwrap_err();

    assert!(!refused.is_of_content(), "{refused}");
}
