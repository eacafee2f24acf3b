//! A thread of messages with one contact.

use std::collections::BTreeSet;

use crate::{
    ChannelId, ContactId, ConversationId, EnvelopeId, MessageId, ProviderKey, RawJson, Source,
    TagId, Timestamp,
};

/// Everything that is kept of a conversation besides its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Derived from the channel and the handle that was seen first; see [`ConversationId::derive`].
    pub id: ConversationId,
    /// The channel it is held on.
    pub channel: ChannelId,
    /// The channel's source.
    pub source: Source,
    /// How the provider addresses the other side now: a page-scoped id, a number, a group.
    pub handle: String,
    /// When its oldest message was sent.
    pub created_at: Timestamp,
    /// The message that was sent last; of several sent in one moment the one that arrived last.
    pub last_message: Option<LastMessage>,
    /// When the contact's newest message was sent: opens the provider's window for answers.
    pub last_inbound_at: Option<Timestamp>,
    /// How many messages there are.
    pub message_count: u64,
    /// How many of the contact's messages arrived after `read_through`.
    pub unread_count: u64,
    /// The newest message that had arrived when somebody of us last read it. By arrival and not by
    /// time: some providers' clocks know only seconds, and messages can be late.
    pub read_through: Option<MessageSequence>,
    /// Our messages sent up to here have been delivered.
    pub delivered_until: Option<Timestamp>,
    /// Our messages sent up to here have been read by the contact.
    pub seen_until: Option<Timestamp>,
    /// What people call the contact.
    pub display_name: Named,
    /// A picture of the contact.
    pub avatar_url: Named,
    /// Whether name and picture were asked for.
    pub profile: ProfileFetch,
    /// `OPEN`, `CLOSED` or whatever an operator has set.
    pub state: Option<String>,
    /// In the order of their ids.
    pub tags: Vec<TagId>,
    /// The entry of the address book it began with; [`ContactId::NOBODY`] after its holder was deleted,
    /// until the contact writes again.
    pub contact: ContactId,
}

impl Conversation {
    /// A conversation that nothing is known of yet.
    pub fn begun(
        id: ConversationId,
        channel: ChannelId,
        source: Source,
        handle: &str,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            channel,
            source,
            handle: handle.to_owned(),
            created_at: at,
            last_message: None,
            last_inbound_at: None,
            message_count: 0,
            unread_count: 0,
            read_through: None,
            delivered_until: None,
            seen_until: None,
            display_name: Named::default(),
            avatar_url: Named::default(),
            profile: ProfileFetch::NotNeeded,
            state: None,
            tags: Vec::new(),
            contact: ContactId::of_conversation(id),
        }
    }

    /// What people call the contact: as somebody has said, or the one the hub makes up, as Airy does,
    /// of the source's last word and the last five characters of the id: `Facebook 70f0c`.
    pub fn shown_name(&self) -> String {
        if let Some(name) = &self.display_name.value {
            return name.clone();
        }
        let source = self.source.as_str();
        let word = source.rsplit('.').next().unwrap_or(source);
        let mut letters = word.chars();
        let capital: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        let id = self.id.to_string();
        let tail = id.get(id.len().saturating_sub(5)..).unwrap_or_default();
        format!("{capital}{} {tail}", letters.as_str())
    }

    /// Where it stands in a list; `None` if it is in none, because it has no message.
    pub fn place(&self) -> Option<ConversationPlace> {
        self.last_message.map(|last| ConversationPlace {
            last_message_at: last.sent_at,
            id: self.id,
        })
    }
}

/// The different words of a conversation's state, by which it is found and counted: cut at white space, in
/// lower case.
pub fn state_words(state: Option<&str>) -> BTreeSet<String> {
    let state = state.unwrap_or_default();
    state.split_whitespace().map(str::to_lowercase).collect()
}

/// A conversation's newest message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastMessage {
    /// Which.
    pub id: MessageId,
    /// Where it stands in the order of arrival.
    pub sequence: MessageSequence,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// Where a message stands in the order in which the hub stored messages. Grows; may have gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageSequence(pub i64);

/// Where a conversation stands in a list: by its newest message, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationPlace {
    /// When its newest message was sent.
    pub last_message_at: Timestamp,
    /// Which conversation; decides among equals.
    pub id: ConversationId,
}

/// Something about a contact that the provider tells and a user may overrule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The value, if anybody has said one.
    pub value: Option<String>,
    /// When the provider said it: an older saying does not replace a newer one.
    pub said_at: Option<Timestamp>,
    /// A user has set it, so what providers say is not taken.
    pub by_user: bool,
}

impl Named {
    /// Takes what a provider says. `true` if that changes the value.
    pub fn hear(&mut self, value: &str, at: Timestamp) -> bool {
        if self.by_user || self.said_at.is_some_and(|said| said > at) {
            return false;
        }
        let is_tie = self.said_at == Some(at);
        if is_tie && self.value.as_deref().is_some_and(|known| known >= value) {
            return false;
        }
        self.said_at = Some(at);
        if self.value.as_deref() == Some(value) {
            return false;
        }
        self.value = Some(value.to_owned());
        true
    }

    /// Takes what a user says. `true` if that changes the value.
    pub fn set(&mut self, value: &str) -> bool {
        let is_new = self.value.as_deref() != Some(value);
        self.value = Some(value.to_owned());
        self.by_user = true;
        is_new
    }
}

/// How far asking the provider for a name and a picture has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileFetch {
    /// Nobody needs to ask: the provider tells with each message, or cannot be asked.
    #[default]
    NotNeeded,
    /// A job will ask.
    Pending,
    /// The provider has answered.
    Fetched,
    /// The provider has refused for good.
    Failed,
}

impl ProfileFetch {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotNeeded => "none",
            Self::Pending => "pending",
            Self::Fetched => "ok",
            Self::Failed => "failed",
        }
    }

    /// The state with that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::NotNeeded),
            "pending" => Some(Self::Pending),
            "ok" => Some(Self::Fetched),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Another way the provider addresses the other side of a conversation, besides the one its id was
/// derived from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The channel the handle is good for.
    pub channel: ChannelId,
    /// The handle.
    pub handle: String,
    /// The conversation it leads to.
    pub conversation: ConversationId,
}

/// A change of a message that arrived before the message itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedChange {
    /// The message it waits for.
    pub target: ProviderKey,
    /// What the engine needs to make the change, in its own JSON.
    pub change: RawJson,
    /// The envelope that brought it.
    pub envelope: Option<EnvelopeId>,
    /// When it arrived: what nothing ever follows is dropped after the time that dedupe is kept.
    pub parked_at: Timestamp,
}
