//! Changes that arrive before the message they are for.

use serde::{Deserialize, Serialize};
use switchboard_connector::{Connector, Note};
use switchboard_domain::{
    ChannelId, EnvelopeId, Message, MetadataValue, ProviderKey, RawJson, Timestamp,
};
use switchboard_storage::StorageError;
use uuid::Uuid;

use super::changes::MessageChange;
use super::{Arriving, Pass};

/// What is to be done to a message, as it waits in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Parked {
    Edited {
        text: String,
        number: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        at: i64,
    },
    Unsent {
        content: String,
        at: i64,
    },
    Reacted {
        emoji: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        at: i64,
    },
    Confirmed {
        receipt: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correlation: Option<Uuid>,
        at: i64,
        error: Option<String>,
    },
    Noted {
        notes: Vec<ParkedNote>,
        at: i64,
    },
}

/// Something to note, as it waits in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ParkedNote {
    pub(super) key: String,
    value_type: String,
    value: String,
}

impl From<&Note> for ParkedNote {
    fn from(note: &Note) -> Self {
        Self {
            key: note.key.clone(),
            value_type: note.value.type_name().to_owned(),
            value: note.value.as_text().to_owned(),
        }
    }
}

impl ParkedNote {
    pub(super) fn value(&self) -> MetadataValue {
        MetadataValue::parse(&self.value_type, &self.value)
            .unwrap_or_else(|| MetadataValue::Text(self.value.clone()))
    }
}

impl Parked {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Edited { .. } => "edits",
            Self::Unsent { .. } => "withdrawals",
            Self::Reacted { .. } => "reactions",
            Self::Confirmed { .. } => "receipts",
            Self::Noted { .. } => "metadata",
        }
    }

    /// When it was made, as the provider says.
    pub(super) const fn at(&self) -> Timestamp {
        let (Self::Edited { at, .. }
        | Self::Unsent { at, .. }
        | Self::Reacted { at, .. }
        | Self::Confirmed { at, .. }
        | Self::Noted { at, .. }) = self;
        Timestamp::from_millis(*at)
    }

    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    pub(super) fn to_raw(&self) -> RawJson {
        let text = serde_json::to_string(self).expect("text and numbers are always serialisable");
        RawJson::from_checked(text)
    }
}

/// A message that was just stored, for which changes may wait.
#[derive(Debug)]
pub(super) struct Awaited {
    key: ProviderKey,
    channel: ChannelId,
    connector: Option<&'static dyn Connector>,
    envelope: EnvelopeId,
    target: String,
}

impl Pass<'_, '_> {
    /// A message has arrived for which changes may be waiting.
    pub(super) fn changes_wait_for(
        &mut self,
        key: ProviderKey,
        message: Message,
        thing: Arriving<'_>,
    ) {
        self.awaited.push(Awaited {
            key,
            channel: thing.channel,
            connector: thing.connector,
            envelope: thing.envelope,
            target: message.provider_id.unwrap_or_default(),
        });
    }

    /// A message of ours was found by its own id, under whose name others may be waiting.
    pub(super) fn others_wait_for(&mut self, change: &MessageChange) {
        self.awaited.push(Awaited {
            key: change.key(),
            channel: change.channel,
            connector: change.connector,
            envelope: change.envelope,
            target: change.target.clone(),
        });
    }

    /// Takes the changes that have waited for the messages of this batch.
    pub(super) fn take_parked(&mut self) -> Result<Vec<MessageChange>, StorageError> {
        let awaited = std::mem::take(&mut self.awaited);
        if awaited.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = awaited.iter().map(|awaited| awaited.key).collect();
        let parked = self.tx.parked(&keys)?;
        if parked.is_empty() {
            return Ok(Vec::new());
        }
        let taken: Vec<_> = parked.iter().map(|change| change.target).collect();
        self.tx.unpark(&taken)?;
        Ok(parked
            .into_iter()
            .filter_map(|change| {
                let message = awaited
                    .iter()
                    .find(|awaited| awaited.key == change.target)?;
                let what = serde_json::from_str(change.change.as_str())
                    .inspect_err(|problem| {
                        tracing::error!("a change that has waited cannot be read: {problem}");
                    })
                    .ok()?;
                Some(MessageChange {
                    channel: message.channel,
                    connector: message.connector,
                    envelope: change.envelope.unwrap_or(message.envelope),
                    target: message.target.clone(),
                    what,
                })
            })
            .collect())
    }
}
