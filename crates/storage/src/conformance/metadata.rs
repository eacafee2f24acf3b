//! Rules about metadata: of several writes the latest stays, in whichever order they come.

use switchboard_domain::{MetadataRecord, MetadataSubject, MetadataValue as Value, MetadataValue};

use super::Database;
use super::samples::inbox::{conversation_id, message_id};
use super::samples::{at, channel};

pub async fn metadata_comes_back_as_it_was_put(database: &Database) {
    let values = [
        Value::Text("it's \"odd\" 💬 \\ %_\u{200f}".to_owned()),
        Value::Text(String::new()),
        Value::Number("1.50e+3".to_owned()),
        Value::Bool(true),
        Value::Bool(false),
        Value::Null,
        Value::Array("[ 1,\"ä\" ]".to_owned()),
        Value::Object("{ \"b\" : 1, \"a\" : null }".to_owned()),
    ];
    let records: Vec<_> = (1..)
        .zip(values)
        .map(|(number, value)| record(1, &format!("user_data.k'{number}"), value, number))
        .collect();

    let written = put_records(database, records.clone()).await;

    assert_eq!(written, [true; 8]);
    assert_eq!(records_of(database, [subject(1)]).await, records);
}

pub async fn a_subject_need_not_exist(database: &Database) {
    let records = [subject(1), of_message(1), of_channel(1)].map(|subject| MetadataRecord {
        subject,
        ..text(1, "key", "value", 1)
    });
    put_records(database, records.clone()).await;

    for record in records {
        assert_eq!(records_of(database, [record.subject]).await, [record]);
    }
}

pub async fn one_id_is_another_subject_of_another_kind(database: &Database) {
    let id = conversation_id(1).as_uuid();
    let subjects = ["conversation", "message", "channel"]
        .map(|kind| MetadataSubject::parse(kind, id).unwrap());
    let records = subjects.map(|subject| MetadataRecord {
        subject,
        ..text(1, "key", subject.kind(), 1)
    });
    let written = put_records(database, records.clone()).await;
    database
        .write(move |tx| tx.erase_metadata(subjects[1]))
        .await;

    assert_eq!(written, [true; 3]);
    let left = records_of(database, subjects).await;
    let [conversation, _, channel] = records;
    assert_eq!(left, [conversation, channel]);
}

pub async fn metadata_is_read_by_subject_and_then_by_moment_and_then_by_key(database: &Database) {
    let mut records = Vec::new();
    for subject in [
        of_channel(2),
        of_message(3),
        subject(5),
        of_message(1),
        subject(4),
        of_channel(1),
    ] {
        for (key, second) in [
            ("b", 2),
            ("é", 1),
            ("B", 1),
            ("a.c", 1),
            ("a", 3),
            ("a_c", 1),
        ] {
            records.push(MetadataRecord {
                subject,
                ..text(1, key, "value", second)
            });
        }
    }
    put_records(database, records.clone()).await;

    let subjects: Vec<_> = records.iter().map(|record| record.subject).collect();
    let found = records_of(database, subjects).await;

    records.sort_by(|one, other| {
        let order = |record: &MetadataRecord| (record.subject, record.written_at);
        order(one).cmp(&order(other)).then(one.key.cmp(&other.key))
    });
    assert_eq!(found, records);
    assert_eq!(records_of(database, [subject(99)]).await, []);
    assert_eq!(records_of(database, []).await, []);
}

pub async fn a_later_write_replaces_an_earlier_one(database: &Database) {
    let steps = [
        (text(1, "key", "b", 5), true),
        (text(1, "key", "z", 4), false),
        (text(1, "key", "a", 6), true),
        (text(1, "key", "a", 6), false),
        (text(1, "other", "z", 1), true),
        (text(2, "key", "z", 1), true),
    ];
    for (record, expected) in steps.clone() {
        assert_eq!(
            put_records(database, [record.clone()]).await,
            [expected],
            "{record:?}"
        );
    }

    let found = records_of(database, [subject(1)]).await;
    assert_eq!(found, [steps[4].0.clone(), steps[2].0.clone()]);
}

pub async fn writes_of_one_call_take_effect_one_after_another(database: &Database) {
    let written = put_records(
        database,
        [
            text(1, "key", "a", 2),
            text(1, "key", "b", 1),
            text(1, "key", "b", 2),
            text(1, "key", "b", 2),
            text(1, "key", "a", 3),
        ],
    )
    .await;

    assert_eq!(written, [true, false, true, false, true]);
    let found = records_of(database, [subject(1)]).await;
    assert_eq!(found, [text(1, "key", "a", 3)]);
    assert_eq!(put_records(database, []).await, []);
}

pub async fn a_removed_value_is_not_read_and_does_not_come_back(database: &Database) {
    put_records(
        database,
        [text(1, "key", "value", 1), text(1, "other", "value", 1)],
    )
    .await;

    let removed = put_records(database, [record(1, "key", Value::Removed, 3)]).await;
    let left = records_of(database, [subject(1)]).await;
    let late = put_records(database, [text(1, "key", "late", 2)]).await;
    let still_left = records_of(database, [subject(1)]).await;
    let new = put_records(database, [text(1, "key", "new", 4)]).await;

    assert_eq!((removed, late, new), (vec![true], vec![false], vec![true]));
    assert_eq!(left, [text(1, "other", "value", 1)]);
    assert_eq!(still_left, left);
    let found = records_of(database, [subject(1)]).await;
    assert_eq!(
        found,
        [text(1, "other", "value", 1), text(1, "key", "new", 4)]
    );
}

pub async fn erased_metadata_is_forgotten_with_what_was_removed(database: &Database) {
    put_records(
        database,
        [
            text(1, "key", "value", 5),
            record(1, "removed", Value::Removed, 5),
            text(2, "key", "value", 5),
        ],
    )
    .await;

    database.write(|tx| tx.erase_metadata(subject(1))).await;
    database.write(|tx| tx.erase_metadata(subject(9))).await;
    let left = records_of(database, [subject(1), subject(2)]).await;
    let older = [text(1, "key", "old", 1), text(1, "removed", "old", 1)];
    let written = put_records(database, older.clone()).await;

    assert_eq!(left, [text(2, "key", "value", 5)]);
    assert_eq!(written, [true, true]);
    assert_eq!(records_of(database, [subject(1)]).await, older);
}

/// Writes records in one call.
pub(super) async fn put_records(
    database: &Database,
    records: impl IntoIterator<Item = MetadataRecord>,
) -> Vec<bool> {
    let records: Vec<_> = records.into_iter().collect();
    database.write(move |tx| tx.put_metadata(&records)).await
}

/// The records of subjects.
pub(super) async fn records_of(
    database: &Database,
    subjects: impl IntoIterator<Item = MetadataSubject>,
) -> Vec<MetadataRecord> {
    let subjects: Vec<_> = subjects.into_iter().collect();
    database.read(move |tx| tx.metadata(&subjects)).await
}

/// A record of the `number`th conversation, written at that second.
pub(super) fn record(number: u32, key: &str, value: MetadataValue, second: i64) -> MetadataRecord {
    MetadataRecord {
        subject: subject(number),
        key: key.to_owned(),
        value,
        written_at: at(second),
    }
}

pub(super) fn text(number: u32, key: &str, value: &str, second: i64) -> MetadataRecord {
    record(number, key, Value::Text(value.to_owned()), second)
}

pub(super) fn subject(number: u32) -> MetadataSubject {
    MetadataSubject::Conversation(conversation_id(number))
}

fn of_message(number: u32) -> MetadataSubject {
    MetadataSubject::Message(message_id(number))
}

fn of_channel(number: u32) -> MetadataSubject {
    MetadataSubject::Channel(channel(number).id)
}
