//! Rows that something else has written are named.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose database does not open fails"
)]

use switchboard_domain::{
    ChannelFilter, ContactId, ConversationId, EnvelopeId, JobKind, MessageId, MetadataSubject,
    Position,
};
use switchboard_storage::{ReadTx, StorageError};
use switchboard_storage_sqlite::{SqliteOptions, open};
use tempfile::tempdir;
use uuid::Uuid;

/// What reading says after a row was written past the hub.
async fn after<T: Send + 'static>(
    sql: &str,
    read: impl FnOnce(&mut dyn ReadTx) -> Result<T, StorageError> + Send + 'static,
) -> String {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hub.db");
    open(&path, SqliteOptions::default()).unwrap().close();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(&format!("PRAGMA ignore_check_constraints = ON; {sql}"))
        .unwrap();
    let store = open(&path, SqliteOptions::default()).unwrap();
    let error = store.read(read).await.err().unwrap();
    store.close();
    assert!(
        matches!(error, StorageError::Inconsistent { .. }),
        "{error:?}"
    );
    error.to_string()
}

#[tokio::test]
async fn an_event_of_an_unknown_kind() {
    let said = after(
        "INSERT INTO events (kind, subject, payload, occurred_at)
         VALUES ('channel.exploded', zeroblob(16), '{}', 0)",
        |tx| tx.events_after(Position::START, 10),
    )
    .await;

    assert_eq!(
        said,
        "events.kind of row 1 cannot be read: unknown kind of event `channel.exploded`"
    );
}

#[tokio::test]
async fn a_channel_that_is_neither_connected_nor_not() {
    let said = after(
        "INSERT INTO channels
         VALUES (x'000102030405060708090a0b0c0d0e0f', 's', 'c', 'n', NULL, 2, NULL, '{}', 0, 0)",
        |tx| tx.channels(&ChannelFilter::default()),
    )
    .await;

    assert_eq!(
        said,
        "channels.connected of row 00010203-0405-0607-0809-0a0b0c0d0e0f cannot be read: 2 is \
         neither 0 nor 1"
    );
}

#[tokio::test]
async fn a_channel_whose_id_is_too_short() {
    let said = after(
        "INSERT INTO channels VALUES (x'6869', 's', 'c', 'n', NULL, 1, NULL, '{}', 0, 0)",
        |tx| tx.channels(&ChannelFilter::default()),
    )
    .await;

    assert!(
        said.starts_with("channels.id of row x'hi' cannot be read: "),
        "{said}"
    );
}

#[tokio::test]
async fn a_name_that_is_no_unicode() {
    let said = after(
        "INSERT INTO channels
         VALUES (zeroblob(16), 's', 'c', CAST(x'ff' AS TEXT), NULL, 1, NULL, '{}', 0, 0)",
        |tx| tx.channels(&ChannelFilter::default()),
    )
    .await;

    assert!(
        said.starts_with("channels.name of row 00000000-0000-0000-0000-000000000000 cannot be"),
        "{said}"
    );
}

#[tokio::test]
async fn a_job_that_was_begun_less_than_never() {
    let said = after(
        "INSERT INTO jobs VALUES (zeroblob(16), 'account.settle', 'k', 0, -1, '{}', NULL, NULL, NULL)",
        |tx| tx.job(JobKind::SettleAccount, "k"),
    )
    .await;

    assert!(
        said.starts_with("jobs.attempts of row 00000000-0000-0000-0000-000000000000 cannot be"),
        "{said}"
    );
}

#[tokio::test]
async fn a_job_whose_secret_is_missing() {
    let said = after(
        "INSERT INTO jobs VALUES (zeroblob(16), 'account.settle', 'k', 0, 0, '{}', NULL, 'key', NULL)",
        |tx| tx.job(JobKind::SettleAccount, "k"),
    )
    .await;

    assert!(said.ends_with("there is no value"), "{said}");
}

#[tokio::test]
async fn a_revision_that_is_gone() {
    let said = after("DELETE FROM revisions", |tx| tx.channels_revision()).await;

    assert_eq!(
        said,
        "revisions.noun of row channels cannot be read: the row is missing"
    );
}

#[tokio::test]
async fn an_event_that_says_nothing() {
    let said = after(
        "INSERT INTO events (kind, subject, occurred_at) VALUES ('tag.updated', zeroblob(16), 0)",
        |tx| tx.events_after(Position::START, 10),
    )
    .await;

    assert_eq!(
        said,
        "events.payload of row 1 cannot be read: there is no value"
    );
}

#[tokio::test]
async fn a_message_of_an_unknown_state() {
    let said = after(
        "INSERT INTO messages (id, conversation_id, sent_at, from_contact, source, sender, delivery,
             edits, unsent, content)
         VALUES (zeroblob(16), zeroblob(16), 0, 1, 's', 'who', 'lost', 0, 0, '{}');
         INSERT INTO recent_message_ids (id, sequence) VALUES (zeroblob(16), 1)",
        |tx| tx.message(MessageId::from_uuid(Uuid::nil())),
    )
    .await;

    assert_eq!(
        said,
        "messages.delivery of row 00000000-0000-0000-0000-000000000000 cannot be read: unknown \
         value `lost`"
    );
}

#[tokio::test]
async fn a_conversation_with_fewer_messages_than_none() {
    let said = after(
        "INSERT INTO conversations (id, channel_id, source, handle, contact_id, created_at,
             message_count, unread_count, display_name_by_user, avatar_url_by_user, profile)
         VALUES (zeroblob(16), zeroblob(16), 's', 'h', zeroblob(16), 0, -1, 0, 0, 0, 'none')",
        |tx| tx.conversation(ConversationId::from_uuid(Uuid::nil())),
    )
    .await;

    assert!(
        said.starts_with(
            "conversations.message_count of row 00000000-0000-0000-0000-000000000000 cannot be"
        ),
        "{said}"
    );
}

#[tokio::test]
async fn metadata_of_an_unknown_type() {
    let said = after(
        "INSERT INTO metadata VALUES (zeroblob(16), 'channel', 'k', 'colour', 'red', 0)",
        |tx| tx.metadata(&[MetadataSubject::parse("channel", Uuid::nil()).unwrap()]),
    )
    .await;

    assert!(
        said.starts_with("metadata.value_type of row 00000000-0000-0000-0000-000000000000"),
        "{said}"
    );
}

#[tokio::test]
async fn a_contact_whose_document_is_cut_off() {
    let said = after(
        "INSERT INTO contacts VALUES (zeroblob(16), 0, 'Anna', '{\"created_at\":')",
        |tx| tx.contact(ContactId::from_uuid(Uuid::nil())),
    )
    .await;

    assert!(
        said.starts_with("contacts.document of row 00000000-0000-0000-0000-000000000000"),
        "{said}"
    );
}

#[tokio::test]
async fn an_outcome_of_an_unknown_verdict() {
    let said = after("INSERT INTO outcomes VALUES (7, 'lost', '[]')", |tx| {
        tx.outcome(EnvelopeId::new(7))
    })
    .await;

    assert_eq!(
        said,
        "outcomes.verdict of row 7 cannot be read: unknown value `lost`"
    );
}

#[tokio::test]
async fn progress_that_is_gone() {
    let said = after("DELETE FROM apply_progress", |tx| tx.apply_progress()).await;

    assert_eq!(
        said,
        "apply_progress.only of row 1 cannot be read: the row is missing"
    );
}
