//! Metadata: what is noted about conversations, messages and channels.

use std::time::Duration;

use serde_json::{Map, Value, json};
use switchboard_api_types::metadata::flat;
use switchboard_domain::{
    EventBody, EventKind, EventSubject, MetadataRecord, MetadataSubject, NewEvent, RawJson,
    Timestamp,
};
use switchboard_storage::{StorageError, Touches, WriteTx};

use crate::Engine;
use crate::words::words;

/// Below this key lies what callers of the API note.
const USER_DATA: &str = "user_data";

/// Under these keys conversations are found by what is kept in places of its own.
pub(crate) const AVATAR_URL: &str = "metadata.contact.avatar_url";
pub(crate) const FETCH_STATE: &str = "metadata.contact.fetch_state";

impl Engine {
    /// Notes a document about a subject, which need not exist: each value under its dotted key, beside
    /// what was noted before.
    pub async fn upsert_metadata(
        &self,
        subject: MetadataSubject,
        document: Map<String, Value>,
    ) -> Result<(), StorageError> {
        let now = self.now();
        let records: Vec<_> = flat(&document, USER_DATA)
            .into_iter()
            .map(|(key, value)| MetadataRecord {
                subject,
                key,
                value,
                written_at: now,
            })
            .collect();
        if records.is_empty() {
            return Ok(());
        }
        self.0
            .store
            .write(Touches::nothing(), move |tx| {
                put_and_index(tx, &records)?;
                let readers = readers_of(tx, subject)?;
                announce_metadata(tx, subject, readers, now)
            })
            .await
    }
}

/// Writes records, and the words under which conversations are found by them.
pub(crate) fn put_and_index(
    tx: &mut dyn WriteTx,
    records: &[MetadataRecord],
) -> Result<(), StorageError> {
    let written = tx.put_metadata(records)?;
    for (record, _) in records.iter().zip(written).filter(|(_, written)| *written) {
        if let MetadataSubject::Conversation(id) = record.subject {
            let found_by = words(record.value.as_text());
            tx.put_words(id, &format!("metadata.{}", record.key), &found_by)?;
        }
    }
    Ok(())
}

/// What is noted about a subject under one key, unless it was removed.
pub(crate) fn record_of(
    tx: &mut dyn WriteTx,
    subject: MetadataSubject,
    key: &str,
) -> Result<Option<MetadataRecord>, StorageError> {
    let records = tx.metadata(&[subject])?;
    Ok(records.into_iter().find(|record| record.key == key))
}

/// Writes what a user has said just now. It counts from `written_at`, or from just after what stands
/// there, where a provider's clock is ahead of ours.
pub(crate) fn overrule(
    tx: &mut dyn WriteTx,
    mut record: MetadataRecord,
) -> Result<(), StorageError> {
    if let Some(known) = record_of(tx, record.subject, &record.key)? {
        let next = known.written_at.after(Duration::from_millis(1));
        record.written_at = record.written_at.max(next);
    }
    tx.put_metadata(&[record])?;
    Ok(())
}

/// Who reads of a change of this subject: for a message those of its conversation.
fn readers_of(
    tx: &mut dyn WriteTx,
    subject: MetadataSubject,
) -> Result<EventSubject, StorageError> {
    let message = match subject {
        MetadataSubject::Message(id) => tx.message(id)?,
        MetadataSubject::Conversation(_) | MetadataSubject::Channel(_) => None,
    };
    Ok(message.map_or_else(
        || EventSubject::from_uuid(subject.as_uuid()),
        |message| message.conversation.into(),
    ))
}

/// Announces that the metadata of `subject` is different, to the readers of `readers`. The event says
/// whose it is and not what it says.
pub(crate) fn announce_metadata(
    tx: &mut dyn WriteTx,
    subject: MetadataSubject,
    readers: EventSubject,
    now: Timestamp,
) -> Result<(), StorageError> {
    if let MetadataSubject::Channel(id) = subject
        && let Some(channel) = tx.channel(id)?
    {
        // Lists of channels show what is noted about them, and follow their revision.
        tx.put_channel(&channel)?;
    }
    let told = json!({ "subject": subject.kind(), "identifier": subject.as_uuid() });
    tx.append_event(&NewEvent {
        kind: EventKind::MetadataUpdated,
        subject: readers,
        body: EventBody::Told(RawJson::from_checked(told.to_string())),
        occurred_at: now,
    })
}
