//! Changes of one message at one moment. Where a provider's clock knows only seconds, somebody who
//! changes their mind at once leaves two changes with one time, and nothing in them says which came
//! first. So the one that arrived first is first; and because providers repeat, a message remembers the
//! names of those changes of its latest moment that it has seen.

use switchboard_domain::{
    MessageId, MetadataRecord, MetadataSubject, MetadataValue, ProviderKey, Timestamp,
};
use switchboard_storage::StorageError;
use uuid::Uuid;

use super::Pass;
use super::changes::MessageChange;
use super::parked::Parked;
use crate::metadata::record_of;

/// The most that are remembered of one moment; what comes beyond it is not taken.
const MOST: usize = 100;

impl Pass<'_, '_> {
    /// The moment that a change of a message counts from: the provider's, and a millisecond more for each
    /// that was there before it at that moment. `None` if it was there before itself, or if a later one
    /// was.
    pub(super) fn moment_of(
        &mut self,
        message: MessageId,
        change: &MessageChange,
    ) -> Result<Option<Timestamp>, StorageError> {
        let (key, name) = match &change.what {
            Parked::Reacted {
                name: Some(name), ..
            } => ("hub.reactions", name),
            Parked::Edited {
                name: Some(name), ..
            } => ("hub.edits", name),
            what => return Ok(Some(what.at())),
        };
        let at = change.what.at();
        let subject = MetadataSubject::Message(message);
        // A provider's name of a message can hold a phone number.
        let name = ProviderKey::derive(change.channel, name).as_uuid();
        let mut seen = Vec::new();
        if let Some(record) = record_of(self.tx, subject, key)? {
            let known = names(&record);
            let moment = later(at, known.len().saturating_sub(1));
            if moment < record.written_at {
                return Ok(None);
            }
            if moment == record.written_at {
                seen = known;
            }
        }
        if seen.contains(&name) || seen.len() >= MOST {
            return Ok(None);
        }
        let moment = later(at, seen.len());
        seen.push(name);
        let value = serde_json::to_string(&seen).unwrap_or_default();
        self.tx.put_metadata(&[MetadataRecord {
            subject,
            key: key.to_owned(),
            value: MetadataValue::Array(value),
            written_at: moment,
        }])?;
        Ok(Some(moment))
    }
}

fn names(record: &MetadataRecord) -> Vec<Uuid> {
    serde_json::from_str(record.value.as_text()).unwrap_or_default()
}

fn later(at: Timestamp, places: usize) -> Timestamp {
    let places = i64::try_from(places).unwrap_or_default();
    Timestamp::from_millis(at.as_millis().saturating_add(places))
}
