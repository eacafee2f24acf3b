//! Which conversation a thing belongs to.

mod handles;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use switchboard_connector::Connector;
use switchboard_domain::{Alias, ChannelId, Conversation, ConversationId, Source, Timestamp};
use switchboard_storage::StorageError;

use self::handles::Handles;
pub(super) use self::handles::handles_of;
use super::{ANOTHERS, Arriving, NOT_OURS, Pass};
use crate::ingest::findings::Findings;

/// The conversations of a pass.
#[derive(Debug, Default)]
pub(super) struct Threads {
    held: HashMap<ConversationId, Held>,
    /// Where the handles of this batch lead by themselves.
    derived: Handles,
    /// Where handles are made to lead.
    aliases: Handles,
    new_aliases: Vec<Alias>,
    /// Whose contact has to be made.
    want_contacts: BTreeSet<ConversationId>,
    /// What people call them changed.
    renamed: BTreeSet<ConversationId>,
    /// Conversations that turned out to be of one person: what led to the first leads to the second from now
    /// on.
    of_one: Vec<(ConversationId, ConversationId)>,
    /// Who has a picture that was not known before, and who knows how it is fetched.
    pictured: BTreeMap<ConversationId, Option<&'static dyn Connector>>,
}

/// A conversation, and what has become of it.
#[derive(Debug)]
struct Held {
    conversation: Conversation,
    is_changed: bool,
    /// It changed otherwise than by a message.
    is_news: bool,
}

impl Pass<'_, '_> {
    /// Reads every conversation that the batch can lead to.
    pub(super) fn load_threads(&mut self, arriving: &[Arriving<'_>]) -> Result<(), StorageError> {
        let (mut handles, mut ids) = (Vec::new(), Vec::new());
        for thing in arriving {
            for handle in handles_of(thing.what) {
                if self.threads.derived.get(thing.channel, handle).is_some() {
                    continue;
                }
                let id = self.derived_id(thing.channel, handle);
                self.threads.derived.put(thing.channel, handle, id);
                handles.push((thing.channel, handle.to_owned()));
                ids.push(id);
            }
        }
        if handles.is_empty() {
            return Ok(());
        }
        for alias in self.tx.aliases(&handles)? {
            let Alias {
                channel,
                handle,
                conversation,
            } = alias;
            ids.push(conversation);
            self.threads.aliases.put(channel, &handle, conversation);
        }
        ids.sort_unstable();
        ids.dedup();
        for conversation in self.tx.conversations(&ids)? {
            self.threads.hold(conversation);
        }
        Ok(())
    }

    /// Takes out what would reach into a conversation that another source holds, or that it begins in
    /// this batch, and says so.
    pub(super) fn leave_others_threads_alone(
        &self,
        arriving: &mut Vec<Arriving<'_>>,
        findings: &mut [Findings],
    ) {
        let mut begun: HashMap<ConversationId, &Source> = HashMap::new();
        arriving.retain(|thing| {
            let Some(channel) = self.channels.get(&thing.channel) else {
                return true;
            };
            let mut ids = handles_of(thing.what).map(|handle| self.thread_id(channel.id, handle));
            let is_anothers = ids.any(|id| {
                let holder = match self.threads.held.get(&id) {
                    Some(held) => &held.conversation.source,
                    None => *begun.entry(id).or_insert(&channel.source),
                };
                *holder != channel.source
            });
            if is_anothers && let Some(findings) = findings.get_mut(thing.reading) {
                let account = Some(channel.source_channel_id.as_str());
                findings.add(thing.entry, NOT_OURS, ANOTHERS, account);
            }
            !is_anothers
        });
    }

    /// The conversation these handles lead to, and the one they all lead to from now on.
    pub(super) fn thread(
        &mut self,
        channel: ChannelId,
        handles: &[String],
        at: Timestamp,
    ) -> ConversationId {
        let id = self.find_thread(channel, handles);
        if !self.threads.held.contains_key(&id) {
            let source = self.source_of(channel);
            let handle = handles.first().map_or("", String::as_str);
            let mut held = Held::from(Conversation::begun(id, channel, source, handle, at));
            held.is_changed = true;
            self.threads.renamed.insert(id);
            self.threads.held.insert(id, held);
        }
        for handle in handles {
            self.lead(channel, handle, id);
        }
        id
    }

    pub(super) fn find_thread(&self, channel: ChannelId, handles: &[String]) -> ConversationId {
        let alias = handles
            .iter()
            .find_map(|handle| self.threads.aliases.get(channel, handle));
        if let Some(id) = alias {
            return id;
        }
        let mut derived = handles.iter().map(|handle| self.thread_id(channel, handle));
        let first = derived.next();
        first
            .into_iter()
            .chain(derived)
            .find(|id| self.threads.held.contains_key(id))
            .or(first)
            .unwrap_or_else(|| self.thread_id(channel, ""))
    }

    /// Where a handle leads by itself.
    fn thread_id(&self, channel: ChannelId, handle: &str) -> ConversationId {
        let known = self.threads.derived.get(channel, handle);
        known.unwrap_or_else(|| self.derived_id(channel, handle))
    }

    /// A custom source names conversations across its channels, as Airy has it; the web chat names them by
    /// their ids.
    fn derived_id(&self, channel: ChannelId, handle: &str) -> ConversationId {
        match self.channels.get(&channel) {
            Some(channel) if crate::sources::is_custom(channel) => {
                ConversationId::of_custom_source(&channel.source, handle)
            }
            Some(channel) if crate::chatplugin::is_chat(channel) => {
                crate::chatplugin::conversation_of(channel.id, handle)
            }
            _ => ConversationId::derive(channel, handle),
        }
    }

    /// Makes a handle lead to a conversation, unless it does by itself.
    pub(super) fn lead(&mut self, channel: ChannelId, handle: &str, id: ConversationId) {
        let led = self.threads.aliases.get(channel, handle);
        let led = led.unwrap_or_else(|| self.thread_id(channel, handle));
        if led == id {
            return;
        }
        if self.threads.held.contains_key(&led) {
            self.threads.of_one.push((led, id));
        }
        self.threads
            .new_aliases
            .retain(|alias| (alias.channel, alias.handle.as_str()) != (channel, handle));
        self.threads.aliases.put(channel, handle, id);
        self.threads.new_aliases.push(Alias {
            channel,
            handle: handle.to_owned(),
            conversation: id,
        });
    }

    /// The handles that are made to lead to a conversation.
    pub(super) fn leading_to(
        &mut self,
        channel: ChannelId,
        id: ConversationId,
    ) -> Result<Vec<String>, StorageError> {
        for alias in self.tx.aliases_of(id)? {
            if self
                .threads
                .aliases
                .get(alias.channel, &alias.handle)
                .is_none()
            {
                self.threads.aliases.put(alias.channel, &alias.handle, id);
            }
        }
        Ok(self.threads.aliases.leading_to(channel, id))
    }

    /// Removes a conversation in which nobody has written, and to which nothing leads any more.
    pub(super) fn forget(&mut self, id: ConversationId) -> Result<(), StorageError> {
        self.threads.held.remove(&id);
        self.tx.erase_conversation(id)
    }

    /// Changes a conversation of this pass; `change` says whether anything is different.
    pub(super) fn change_thread(
        &mut self,
        id: ConversationId,
        change: impl FnOnce(&mut Conversation) -> Changed,
    ) {
        let Some(held) = self.threads.held.get_mut(&id) else {
            return;
        };
        match change(&mut held.conversation) {
            Changed::Not => {}
            Changed::Quietly => held.is_changed = true,
            Changed::News => {
                held.is_changed = true;
                held.is_news = true;
            }
            Changed::Name => {
                held.is_changed = true;
                held.is_news = true;
                self.threads.renamed.insert(id);
            }
        }
    }

    /// A conversation of this pass.
    pub(super) fn held(&self, id: ConversationId) -> Option<&Conversation> {
        self.threads.held.get(&id).map(|held| &held.conversation)
    }

    /// The contact that a conversation brings along is to be made with it.
    pub(super) fn wants_contact(&mut self, id: ConversationId) {
        self.threads.want_contacts.insert(id);
    }

    /// The picture of whoever writes there is to be copied.
    pub(super) fn has_new_picture(
        &mut self,
        id: ConversationId,
        connector: Option<&'static dyn Connector>,
    ) {
        self.threads.pictured.insert(id, connector);
    }
}

/// What a change of a conversation is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    Not,
    /// It has to be written.
    Quietly,
    /// It has to be written and announced.
    News,
    /// What people call it changed.
    Name,
}

impl Threads {
    fn hold(&mut self, conversation: Conversation) {
        self.held.insert(conversation.id, conversation.into());
    }
}

impl From<Conversation> for Held {
    fn from(conversation: Conversation) -> Self {
        Self {
            conversation,
            is_changed: false,
            is_news: false,
        }
    }
}
