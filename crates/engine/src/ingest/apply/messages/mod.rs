//! Storing messages.

mod echoes;

use std::collections::HashSet;

use switchboard_connector::{
    Connector, Inbound, InboundMessage, MediaLink, MessageName, Origin, Profile,
};
use switchboard_domain::{
    ContactId, Conversation, ConversationId, EventKind, LastMessage, Message, MessageId,
    MessageSequence, NewMessage, ProfileFetch, ProviderKey, Timestamp,
};
use switchboard_storage::StorageError;

use super::threads::Changed;
use super::{Arriving, Pass};
use crate::profiles;

/// A message on its way into the store.
struct Candidate<'b> {
    thing: Arriving<'b>,
    message: &'b InboundMessage,
    id: MessageId,
    /// By the provider's name of it, where there is one.
    key: Option<ProviderKey>,
    at: Timestamp,
}

impl<'b> Candidate<'b> {
    fn new(thing: Arriving<'b>, message: &'b InboundMessage) -> Self {
        let id = match &message.name {
            MessageName::InChannel(name) => MessageId::derive(thing.channel, name),
            MessageName::Global(name) => MessageId::of_global_name(name),
        };
        let key = message
            .provider_id
            .as_deref()
            .map(|name| ProviderKey::derive(thing.channel, name));
        Self {
            thing,
            message,
            id,
            key,
            at: message.sent_at.unwrap_or(thing.received_at),
        }
    }

    /// The key under which the message is found, where its id does not follow from the provider's
    /// name.
    fn stored_key(&self) -> Option<ProviderKey> {
        let name = self.message.provider_id.as_deref()?;
        let derived = self
            .thing
            .connector
            .and_then(|connector| connector.message_id(self.thing.channel, name));
        if derived == Some(self.id) {
            return None;
        }
        self.key
    }
}

impl Pass<'_, '_> {
    /// Stores the messages of the batch that are not there yet, and what they bring along.
    pub(super) fn add_messages(&mut self, arriving: &[Arriving<'_>]) -> Result<(), StorageError> {
        let mut candidates: Vec<_> = arriving
            .iter()
            .filter_map(|thing| match thing.what {
                Inbound::Message(message) => Some(Candidate::new(*thing, message)),
                _ => None,
            })
            .collect();
        self.set_echoes_aside(&mut candidates)?;
        if candidates.is_empty() {
            return Ok(());
        }
        let mut new = Vec::with_capacity(candidates.len());
        let mut threads = Vec::with_capacity(candidates.len());
        for candidate in &candidates {
            let thread = self.thread(
                candidate.thing.channel,
                &candidate.message.handles,
                candidate.at,
            );
            threads.push(thread);
            new.push(self.stored_form(candidate, thread));
        }
        let stored = self.tx.add_messages(&new)?;
        for (((candidate, thread), new), sequence) in
            candidates.iter().zip(threads).zip(new).zip(stored)
        {
            match sequence {
                Some(sequence) => self.follow_message(candidate, thread, new.message, sequence)?,
                None => self.applied.duplicates += 1,
            }
        }
        Ok(())
    }

    fn stored_form(&self, candidate: &Candidate<'_>, thread: ConversationId) -> NewMessage {
        let message = candidate.message;
        NewMessage {
            message: Message {
                from_contact: message.origin == Origin::Contact,
                provider_id: message.provider_id.clone(),
                provider_key: candidate.stored_key(),
                envelope: Some(candidate.thing.envelope),
                ..Message::received(
                    candidate.id,
                    thread,
                    self.source_of(candidate.thing.channel),
                    (message.sender.clone(), message.content.clone()),
                    candidate.at,
                )
            },
            text: message.text.as_deref().and_then(crate::words::searchable),
        }
    }

    /// What follows from a message that is new.
    fn follow_message(
        &mut self,
        candidate: &Candidate<'_>,
        thread: ConversationId,
        mut message: Message,
        sequence: MessageSequence,
    ) -> Result<(), StorageError> {
        message.sequence = sequence;
        let inbound = candidate.message;
        let is_first = self
            .held(thread)
            .is_none_or(|conversation| conversation.message_count == 0);
        if is_first || (message.from_contact && self.is_held_by_nobody(thread)?) {
            self.wants_contact(thread);
        }
        self.change_thread(thread, |conversation| {
            count_in(conversation, &message);
            Changed::Quietly
        });
        if let Some(profile) = &inbound.profile {
            self.introduce(thread, profile, candidate.at, candidate.thing.connector);
        }
        if message.from_contact {
            self.ask_for_profile(candidate.thing, thread);
        }
        self.note_message(message.id, thread, &inbound.notes, candidate.at);
        self.note_conversation(thread, &inbound.conversation_notes, candidate.at);
        self.copy_media(&message, &inbound.media, candidate.thing)?;
        self.announce(EventKind::MessageCreated, thread, message.id.as_uuid())?;
        self.applied.added.push(message.id);
        if let Some(key) = candidate.key {
            self.changes_wait_for(key, message, candidate.thing);
        }
        Ok(())
    }

    /// Whether the contact was deleted, and nobody else has taken the conversation since.
    fn is_held_by_nobody(&mut self, thread: ConversationId) -> Result<bool, StorageError> {
        let was_deleted = |known: &Conversation| known.contact == ContactId::NOBODY;
        if !self.held(thread).is_some_and(was_deleted) {
            return Ok(false);
        }
        self.change_thread(thread, |conversation| {
            conversation.contact = ContactId::of_conversation(thread);
            Changed::Quietly
        });
        Ok(self.tx.contact_of(thread)?.is_none())
    }

    /// Takes what the provider tells about the contact.
    pub(super) fn introduce(
        &mut self,
        thread: ConversationId,
        profile: &Profile,
        at: Timestamp,
        connector: Option<&'static dyn Connector>,
    ) {
        let mut is_pictured = false;
        self.change_thread(thread, |conversation| {
            let named = profile
                .display_name
                .as_deref()
                .is_some_and(|name| conversation.display_name.hear(name, at));
            is_pictured = profile
                .avatar_url
                .as_deref()
                .is_some_and(|url| conversation.avatar_url.hear(url, at));
            if named || is_pictured {
                Changed::Name
            } else {
                Changed::Quietly
            }
        });
        if is_pictured {
            self.has_new_picture(thread, connector);
        }
    }

    /// Some providers have to be asked what somebody is called: once, when they first write. The
    /// conversation may be older than that, by a message of ours.
    fn ask_for_profile(&mut self, thing: Arriving<'_>, thread: ConversationId) {
        let asks = thing
            .connector
            .is_some_and(|connector| connector.capabilities().profiles);
        let is_unknown = self.held(thread).is_some_and(|conversation| {
            conversation.display_name.value.is_none()
                && conversation.profile == ProfileFetch::NotNeeded
        });
        if asks && is_unknown {
            self.change_thread(thread, |conversation| {
                conversation.profile = ProfileFetch::Pending;
                Changed::Quietly
            });
            self.jobs.push(profiles::job(thread, self.applying.now));
        }
    }

    fn copy_media(
        &mut self,
        message: &Message,
        links: &[MediaLink],
        thing: Arriving<'_>,
    ) -> Result<(), StorageError> {
        let policies = &self.applying.policies;
        if links.is_empty() || !policies.notes(&message.source) {
            return Ok(());
        }
        let stores = policies.stores(&message.source);
        let channel = thing.channel;
        let mut seen = HashSet::new();
        for link in links.iter().filter(|link| seen.insert(&link.link)) {
            let (note, job) = crate::media::copy_of(message, channel, link, self.applying.now);
            self.tx.put_media_copy(&note)?;
            self.jobs.extend(stores.then_some(job));
        }
        Ok(())
    }
}

/// Counts a new message into its conversation.
fn count_in(conversation: &mut Conversation, message: &Message) {
    if conversation.message_count == 0 {
        conversation.created_at = message.sent_at;
    }
    conversation.created_at = conversation.created_at.min(message.sent_at);
    conversation.message_count += 1;
    let last = LastMessage {
        id: message.id,
        sequence: message.sequence,
        sent_at: message.sent_at,
    };
    let is_newer = conversation
        .last_message
        .is_none_or(|known| (known.sent_at, known.sequence) < (last.sent_at, last.sequence));
    if is_newer {
        conversation.last_message = Some(last);
    }
    if message.from_contact {
        conversation.last_inbound_at = conversation.last_inbound_at.max(Some(message.sent_at));
        conversation.unread_count += 1;
    }
}
