//! One message, from the contact or from us.

use crate::{
    ConversationId, EnvelopeId, MessageId, MessageSequence, ProviderKey, RawJson, Source, Timestamp,
};

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Derived as Airy derives it, or random for those we send.
    pub id: MessageId,
    /// Given when it is stored; zero before.
    pub sequence: MessageSequence,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The source of its channel.
    pub source: Source,
    /// What the provider sent, verbatim: JSON, or for Twilio the form. Empty once it is unsent or
    /// erased.
    pub content: String,
    /// Whether the contact wrote it.
    pub from_contact: bool,
    /// Who wrote it, in the provider's words, or the user of ours.
    pub sender: String,
    /// When it was written, as the provider says, or when it arrived.
    pub sent_at: Timestamp,
    /// When it was last changed after it was stored.
    pub updated_at: Option<Timestamp>,
    /// Where it stands on its way to the contact; `Delivered` for what the contact wrote.
    pub delivery: DeliveryState,
    /// The provider's name of it.
    pub provider_id: Option<String>,
    /// Finds it by `provider_id`, where the id is not derived from that alone.
    pub provider_key: Option<ProviderKey>,
    /// What the contact's side has confirmed of it by name.
    pub receipt: Option<Receipt>,
    /// How often it was edited, as the provider counts.
    pub edits: u32,
    /// Whether its writer has taken it back.
    pub unsent: bool,
    /// The envelope that brought it.
    pub envelope: Option<EnvelopeId>,
}

impl Message {
    /// What a contact wrote, of which no more is known than this.
    pub fn received(
        id: MessageId,
        conversation: ConversationId,
        source: Source,
        (sender, content): (String, String),
        sent_at: Timestamp,
    ) -> Self {
        Self {
            id,
            sequence: MessageSequence(0),
            conversation,
            source,
            content,
            from_contact: true,
            sender,
            sent_at,
            updated_at: None,
            delivery: DeliveryState::Delivered,
            provider_id: None,
            provider_key: None,
            receipt: None,
            edits: 0,
            unsent: false,
            envelope: None,
        }
    }
}

/// A message to be stored, with what is stored beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The message.
    pub message: Message,
    /// What can be searched of it: words, folded by the engine, with a blank between.
    pub text: Option<String>,
}

/// Where a message stands on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be sent.
    Pending,
    /// It will not be sent.
    Failed,
    /// The provider has it, or the contact wrote it.
    Delivered,
}

impl DeliveryState {
    /// The name clients see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
        }
    }

    /// The state with that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "pending" => Some(Self::Pending),
            "failed" => Some(Self::Failed),
            "delivered" => Some(Self::Delivered),
            _ => None,
        }
    }
}

/// What the contact's side has confirmed. Only moves forward; delivery disproves failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Receipt {
    /// The provider has taken it over.
    Sent,
    /// It will not arrive.
    Failed,
    /// It is on the contact's device.
    Delivered,
    /// The contact has looked at it.
    Seen,
}

impl Receipt {
    /// The name clients see, in the metadata `source.delivery_state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Seen => "seen",
        }
    }

    /// The receipt with that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "sent" => Some(Self::Sent),
            "failed" => Some(Self::Failed),
            "delivered" => Some(Self::Delivered),
            "seen" => Some(Self::Seen),
            _ => None,
        }
    }
}

/// Where a page of messages begins, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessagePlace {
    /// When the message was sent.
    pub sent_at: Timestamp,
    /// Decides among those sent in one moment: the order of arrival.
    pub sequence: MessageSequence,
}

/// A template of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Random.
    pub id: crate::TemplateId,
    /// What people call it.
    pub name: String,
    /// The source whose words its content is in.
    pub source: Source,
    /// The message.
    pub content: RawJson,
}
