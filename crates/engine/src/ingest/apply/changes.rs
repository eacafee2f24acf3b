//! Changes of messages: edits, withdrawals, reactions, confirmations.

use std::collections::HashMap;

use switchboard_connector::{Connector, Inbound};
use switchboard_domain::{
    ChannelId, ConversationId, DeliveryState, EnvelopeId, EventKind, JobKind, Message, MessageId,
    MetadataValue, ParkedChange, ProviderKey, Receipt, Timestamp,
};
use switchboard_storage::{SearchText, StorageError};

use super::parked::{Parked, ParkedNote};
use super::{Arriving, Pass};
use crate::words::text_of_content;

/// Where it is noted when somebody reacted.
const SENT_AT: &str = "reaction.sent_at";

/// What a note that was written counts as; `None` for one that comes along with another.
pub(super) fn counted_as(key: &str) -> Option<&'static str> {
    match key {
        "reaction.emoji" => Some("reactions"),
        SENT_AT => None,
        _ => Some("metadata"),
    }
}

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
                name,
                at,
            } => (
                target,
                Parked::Edited {
                    text: text.clone(),
                    number: *number,
                    name: name.clone(),
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
            Inbound::Reacted {
                target,
                emoji,
                name,
                at,
            } => (
                target,
                Parked::Reacted {
                    emoji: emoji.clone(),
                    name: name.clone(),
                    at: at.as_millis(),
                },
            ),
            Inbound::Confirmed {
                target,
                correlation,
                receipt,
                at,
                error,
            } => (
                target,
                Parked::Confirmed {
                    receipt: receipt.as_str().to_owned(),
                    correlation: correlation.map(MessageId::as_uuid),
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

    pub(super) fn key(&self) -> ProviderKey {
        ProviderKey::derive(self.channel, &self.target)
    }

    /// The message of ours that it is said to be about.
    fn correlation(&self) -> Option<MessageId> {
        match self.what {
            Parked::Confirmed { correlation, .. } => correlation.map(MessageId::from_uuid),
            _ => None,
        }
    }
}

impl Pass<'_, '_> {
    /// Makes the changes that the batch brings, and those that have waited for its messages. A change
    /// of a message that is not there yet waits for it.
    pub(super) fn make_changes(&mut self, arriving: &[Arriving<'_>]) -> Result<(), StorageError> {
        let mut changes: Vec<_> = arriving.iter().filter_map(MessageChange::new).collect();
        changes.extend(self.take_parked()?);
        while !changes.is_empty() {
            self.make_or_park(changes)?;
            // Of a message of ours the provider's name may have become known just now.
            changes = self.take_parked()?;
        }
        Ok(())
    }

    fn make_or_park(&mut self, changes: Vec<MessageChange>) -> Result<(), StorageError> {
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
        let said_to_be: Vec<_> = changes
            .iter()
            .filter_map(MessageChange::correlation)
            .collect();
        let ours = self.ours(&said_to_be)?;
        for (message, _) in ours.values() {
            messages
                .entry(message.id)
                .or_insert_with(|| (message.clone(), None));
        }
        let mut parked = Vec::new();
        let mut withdrawn = Vec::new();
        for ((change, key), derived) in changes.into_iter().zip(keys).zip(derived) {
            let named = by_key.get(&key).copied();
            let named = named.or(derived.filter(|id| messages.contains_key(id)));
            let correlated = change.correlation().filter(|id| {
                ours.get(id)
                    .is_some_and(|(_, channel)| *channel == change.channel)
            });
            if named.is_none()
                && let Some((message, text)) = correlated.and_then(|id| messages.get_mut(&id))
                && message.provider_key.is_none()
            {
                message.provider_id = Some(change.target.clone());
                message.provider_key = Some(key);
                text.get_or_insert(SearchText::Kept);
                by_key.insert(key, message.id);
                self.others_wait_for(&change);
            }
            let id = correlated.or(named);
            match id.and_then(|id| messages.get_mut(&id)) {
                Some((message, text)) => {
                    let Some(moment) = self.moment_of(message.id, &change)? else {
                        continue;
                    };
                    let before = message.content.clone();
                    let rewritten = change_message(message, &change);
                    if rewritten {
                        *text = Some(text_after(&before, message, text.take()));
                    }
                    let (id, thread) = (message.id, message.conversation);
                    if rewritten && matches!(change.what, Parked::Unsent { .. }) {
                        withdrawn.push(id);
                    }
                    if rewritten {
                        self.count(change.what.name());
                    }
                    self.note_change((id, thread), &change.what, moment);
                }
                None => parked.push(ParkedChange {
                    target: key,
                    change: change.what.to_raw(),
                    envelope: Some(change.envelope),
                    parked_at: self.applying.now,
                }),
            }
        }
        self.write_changed(&parked, withdrawn, messages)
    }

    /// Writes what waits, and the messages that are different.
    fn write_changed(
        &mut self,
        parked: &[ParkedChange],
        withdrawn: Vec<MessageId>,
        messages: HashMap<MessageId, (Message, Option<SearchText>)>,
    ) -> Result<(), StorageError> {
        if !parked.is_empty() {
            let new = self.tx.park(parked)?;
            self.count_all("parked", new);
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
    fn forget_files_of(&mut self, message: MessageId) -> Result<(), StorageError> {
        let now = self.applying.now;
        let copying = crate::media::forget_files_of(self.tx, message, now)?;
        self.jobs
            .retain(|job| job.kind != JobKind::CopyMedia || !copying.contains(&job.key));
        self.applied.has_jobs = true;
        Ok(())
    }

    /// The messages of ours among these, each with its channel. An id that comes from outside may be
    /// that of a contact's message, or of one on another channel.
    pub(super) fn ours(
        &mut self,
        ids: &[MessageId],
    ) -> Result<HashMap<MessageId, (Message, ChannelId)>, StorageError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut messages = self.tx.messages(ids)?;
        messages.retain(|message| !message.from_contact);
        let threads: Vec<_> = messages
            .iter()
            .map(|message| message.conversation)
            .collect();
        let channels: HashMap<_, _> = self
            .tx
            .conversations(&threads)?
            .into_iter()
            .map(|conversation| (conversation.id, conversation.channel))
            .collect();
        Ok(messages
            .into_iter()
            .filter_map(|message| {
                let channel = *channels.get(&message.conversation)?;
                Some((message.id, (message, channel)))
            })
            .collect())
    }

    /// Notes what a change says beside the message's own columns, as of `at`.
    fn note_change(&mut self, about: (MessageId, ConversationId), what: &Parked, at: Timestamp) {
        match what {
            Parked::Reacted {
                emoji, at: said_at, ..
            } => {
                let (emoji, sent_at) = match emoji {
                    Some(emoji) => (
                        MetadataValue::Text(emoji.clone()),
                        MetadataValue::Text(said_at.to_string()),
                    ),
                    None => (MetadataValue::Removed, MetadataValue::Removed),
                };
                self.note_of_message(about, "reaction.emoji", emoji, at);
                self.note_of_message(about, SENT_AT, sent_at, at);
            }
            Parked::Confirmed {
                error: Some(error), ..
            } => {
                let error = MetadataValue::Text(error.clone());
                self.note_of_message(about, "error", error, at);
            }
            Parked::Noted { notes, .. } => {
                for note in notes {
                    self.note_of_message(about, &note.key, note.value(), at);
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

/// Changes a message. Says whether its columns are different.
fn change_message(message: &mut Message, change: &MessageChange) -> bool {
    match &change.what {
        Parked::Edited {
            text,
            number,
            name,
            at,
        } => {
            // Of those with one number a named one has been found to be the last.
            if *number < message.edits || (*number == message.edits && name.is_none()) {
                return false;
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
            true
        }
        Parked::Unsent { content, at } => {
            if message.unsent {
                return false;
            }
            message.unsent = true;
            content.clone_into(&mut message.content);
            message.updated_at = message.updated_at.max(Some(Timestamp::from_millis(*at)));
            true
        }
        Parked::Reacted { .. } | Parked::Noted { .. } => false,
        Parked::Confirmed { receipt, at, .. } => {
            let Some(receipt) = Receipt::parse(receipt) else {
                return false;
            };
            if message.receipt >= Some(receipt) {
                return false;
            }
            message.receipt = Some(receipt);
            if !message.from_contact {
                message.delivery = match receipt {
                    Receipt::Failed => DeliveryState::Failed,
                    Receipt::Sent | Receipt::Delivered | Receipt::Seen => DeliveryState::Delivered,
                };
            }
            message.updated_at = message.updated_at.max(Some(Timestamp::from_millis(*at)));
            true
        }
    }
}
