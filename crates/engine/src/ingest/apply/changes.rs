//! Changes of messages: edits, withdrawals, reactions, confirmations.

use std::collections::HashMap;

use switchboard_connector::{Connector, Inbound};
use switchboard_domain::{
    ChannelId, DeliveryState, EnvelopeId, EventKind, JobKind, Message, MetadataValue, ParkedChange,
    ProviderKey, Receipt, Timestamp,
};
use switchboard_storage::{SearchText, StorageError};

use super::parked::{Parked, ParkedNote};
use super::{Arriving, Pass};
use crate::words::text_of_content;

/// A change of one message.
#[derive(Clone, Debug)]
pub(super) struct MessageChange {
    pub(super) channel: ChannelId,
    pub(super) connector: Option<&'static dyn Connector>,
    pub(super) envelope: EnvelopeId,
    pub(super) target: String,
    pub(super) what: Parked,
}

impl MessageChange {
    fn new(thing: &Arriving<'_>) -> Option<Self> {
        let (target, what) = match thing.what {
            Inbound::Edited {
                target,
                text,
                number,
                at,
            } => (
                target,
                Parked::Edited {
                    text: text.clone(),
                    number: *number,
                    at: at.as_millis(),
                },
            ),
            Inbound::Unsent {
                target,
                content,
                at,
            } => (
                target,
                Parked::Unsent {
                    content: content.clone(),
                    at: at.as_millis(),
                },
            ),
            Inbound::Reacted { target, emoji, at } => (
                target,
                Parked::Reacted {
                    emoji: emoji.clone(),
                    at: at.as_millis(),
                },
            ),
            Inbound::Confirmed {
                target,
                receipt,
                at,
                error,
            } => (
                target,
                Parked::Confirmed {
                    receipt: receipt.as_str().to_owned(),
                    at: at.as_millis(),
                    error: error.clone(),
                },
            ),
            Inbound::MessageNoted { target, notes, at } => (
                target,
                Parked::Noted {
                    notes: notes.iter().map(ParkedNote::from).collect(),
                    at: at.as_millis(),
                },
            ),
            _ => return None,
        };
        Some(Self {
            channel: thing.channel,
            connector: thing.connector,
            envelope: thing.envelope,
            target: target.clone(),
            what,
        })
    }

    fn key(&self) -> ProviderKey {
        ProviderKey::derive(self.channel, &self.target)
    }
}

impl Pass<'_, '_> {
    /// Makes the changes that the batch brings, and those that have waited for its messages. A change
    /// of a message that is not there yet waits for it.
    pub(super) fn make_changes(&mut self, arriving: &[Arriving<'_>]) -> Result<(), StorageError> {
        let mut changes: Vec<_> = arriving.iter().filter_map(MessageChange::new).collect();
        changes.extend(self.take_parked()?);
        if changes.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = changes.iter().map(MessageChange::key).collect();
        let derived: Vec<_> = changes
            .iter()
            .map(|change| {
                let connector = change.connector?;
                connector.message_id(change.channel, &change.target)
            })
            .collect();
        let mut messages: HashMap<_, _> = HashMap::new();
        let mut by_key = HashMap::new();
        let ids: Vec<_> = derived.iter().flatten().copied().collect();
        let found = [self.tx.messages_by_key(&keys)?, self.tx.messages(&ids)?];
        for message in found.into_iter().flatten() {
            if let Some(key) = message.provider_key {
                by_key.insert(key, message.id);
            }
            messages.insert(message.id, (message, None));
        }
        let mut parked = Vec::new();
        let mut withdrawn = Vec::new();
        for ((change, key), derived) in changes.into_iter().zip(keys).zip(derived) {
            let id = by_key.get(&key).copied().or(derived);
            match id.and_then(|id| messages.get_mut(&id)) {
                Some((message, text)) => {
                    let before = message.content.clone();
                    let (rewritten, noted) = change_message(message, &change);
                    if rewritten {
                        *text = Some(text_after(&before, message, text.take()));
                    }
                    let (id, thread) = (message.id, message.conversation);
                    if rewritten && matches!(change.what, Parked::Unsent { .. }) {
                        withdrawn.push(id);
                    }
                    if rewritten || noted {
                        self.count(change.what.name());
                    }
                    self.note_change(id, thread, &change.what);
                }
                None => parked.push(ParkedChange {
                    target: key,
                    change: change.what.to_raw(),
                    envelope: Some(change.envelope),
                    parked_at: self.applying.now,
                }),
            }
        }
        if !parked.is_empty() {
            self.count("parked");
            self.tx.park(&parked)?;
        }
        for message in withdrawn {
            self.forget_files_of(message)?;
        }
        for (message, text) in messages.into_values() {
            if let Some(text) = text {
                self.tx.put_message(&message, &text)?;
                self.announce(
                    EventKind::MessageUpdated,
                    message.conversation,
                    message.id.as_uuid(),
                )?;
            }
        }
        Ok(())
    }

    /// What was taken back has no files any more, and those on their way are not copied.
    fn forget_files_of(
        &mut self,
        message: switchboard_domain::MessageId,
    ) -> Result<(), StorageError> {
        let now = self.applying.now;
        let copying = crate::media::forget_files_of(self.tx, message, now)?;
        self.jobs
            .retain(|job| job.kind != JobKind::CopyMedia || !copying.contains(&job.key));
        self.applied.has_jobs = true;
        Ok(())
    }

    /// Notes what a change says beside the message's own columns.
    fn note_change(
        &mut self,
        message: switchboard_domain::MessageId,
        thread: switchboard_domain::ConversationId,
        what: &Parked,
    ) {
        match what {
            Parked::Reacted { emoji, at } => {
                let at = Timestamp::from_millis(*at);
                let (emoji, sent_at) = match emoji {
                    Some(emoji) => (
                        MetadataValue::Text(emoji.clone()),
                        MetadataValue::Text(at.as_millis().to_string()),
                    ),
                    None => (MetadataValue::Removed, MetadataValue::Removed),
                };
                self.note_of_message((message, thread), "reaction.emoji", emoji, at);
                self.note_of_message((message, thread), "reaction.sent_at", sent_at, at);
            }
            Parked::Confirmed {
                error: Some(error),
                at,
                ..
            } => {
                let at = Timestamp::from_millis(*at);
                let error = MetadataValue::Text(error.clone());
                self.note_of_message((message, thread), "error", error, at);
            }
            Parked::Noted { notes, at } => {
                let at = Timestamp::from_millis(*at);
                for note in notes {
                    self.note_of_message((message, thread), &note.key, note.value(), at);
                }
            }
            Parked::Confirmed { .. } | Parked::Edited { .. } | Parked::Unsent { .. } => {}
        }
    }
}

/// What becomes of the text of a message that was changed: nothing, unless it says something else.
fn text_after(before: &str, message: &Message, so_far: Option<SearchText>) -> SearchText {
    if message.content == before {
        return so_far.unwrap_or(SearchText::Kept);
    }
    text_of_content(&message.content).into()
}

/// Changes a message. Says whether its columns are different, and whether it is worth noting.
fn change_message(message: &mut Message, change: &MessageChange) -> (bool, bool) {
    match &change.what {
        Parked::Edited { text, number, at } => {
            if *number <= message.edits {
                return (false, false);
            }
            // What was taken back stays away; the edit counts whichever of the two came first.
            if !message.unsent
                && let Some(content) = change
                    .connector
                    .and_then(|connector| connector.edited(&message.content, text))
            {
                message.content = content;
            }
            message.edits = *number;
            message.updated_at = message.updated_at.max(Some(Timestamp::from_millis(*at)));
            (true, true)
        }
        Parked::Unsent { content, at } => {
            if message.unsent {
                return (false, false);
            }
            message.unsent = true;
            content.clone_into(&mut message.content);
            message.updated_at = message.updated_at.max(Some(Timestamp::from_millis(*at)));
            (true, true)
        }
        Parked::Reacted { .. } | Parked::Noted { .. } => (false, true),
        Parked::Confirmed { receipt, at, .. } => {
            let Some(receipt) = Receipt::parse(receipt) else {
                return (false, false);
            };
            if message.receipt >= Some(receipt) {
                return (false, false);
            }
            message.receipt = Some(receipt);
            if !message.from_contact {
                message.delivery = match receipt {
                    Receipt::Failed => DeliveryState::Failed,
                    Receipt::Sent | Receipt::Delivered | Receipt::Seen => DeliveryState::Delivered,
                };
            }
            message.updated_at = message.updated_at.max(Some(Timestamp::from_millis(*at)));
            (true, true)
        }
    }
}
