//! What a provider's webhook says, in the hub's words.

use switchboard_domain::{
    MessageId, MetadataValue, Receipt, SourceChannelId, Timestamp, UpstreamKey,
};

/// A verified webhook, as it was kept.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Where it arrived: `/facebook`, with the query string if there was one.
    pub target: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// When it arrived: the time of what carries none.
    pub received_at: Timestamp,
}

/// What a connector made of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// It is for another source that shares the path.
    NotMine,
    /// What it says, in its order. One entry that cannot be read does not cost the others.
    Entries(Vec<Entry>),
}

/// One thing that a delivery says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account it is for; `None` where the provider does not say: then it is for the source's only
    /// connected channel.
    pub channel: Option<SourceChannelId>,
    /// What happened.
    pub what: Inbound,
}

/// What happened on the provider's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A message: by the contact, or an echo of one by our side.
    Message(Box<InboundMessage>),
    /// The text of a message was changed.
    Edited {
        /// The provider's name of the message.
        target: String,
        /// The text it has now.
        text: String,
        /// Which edit this is, as the provider counts; the highest stays.
        number: u32,
        /// The provider's own name of the edit, if it has one: of those of one moment the one stays that
        /// arrived last, and a repeated one is recognised.
        name: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// A message was taken back by its writer: its content has to go.
    Unsent {
        /// The provider's name of the message.
        target: String,
        /// What stands in its place: the provider's notice, without anything of the content.
        content: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody reacted to a message, or took the reaction back.
    Reacted {
        /// The provider's name of the message.
        target: String,
        /// The emoji, as characters; `None` if it was taken back.
        emoji: Option<String>,
        /// The provider's own name of the reaction, as for an edit.
        name: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// The contact's side confirms messages of ours, by name.
    Confirmed {
        /// The provider's name of the message.
        target: String,
        /// The message of ours, if we have sent its id along and it comes back. Counts before the name,
        /// which the hub may not have been told yet.
        correlation: Option<MessageId>,
        /// What is confirmed.
        receipt: Receipt,
        /// When.
        at: Timestamp,
        /// For [`Receipt::Failed`]: why, in the provider's words.
        error: Option<String>,
    },
    /// The contact's side confirms all messages of ours up to a moment.
    ConfirmedUntil {
        /// The conversation.
        handle: String,
        /// [`Receipt::Delivered`] or [`Receipt::Seen`].
        receipt: Receipt,
        /// All that were sent up to here.
        until: Timestamp,
    },
    /// The provider tells who the contact is, besides any message.
    Introduced {
        /// The conversation.
        handle: String,
        /// Name and picture.
        profile: Profile,
        /// When.
        at: Timestamp,
    },
    /// Something to note about a conversation: a referral, an opt-in, who holds the thread.
    Noted {
        /// The conversation.
        handle: String,
        /// Dotted keys and what stands there.
        notes: Vec<Note>,
        /// When.
        at: Timestamp,
    },
    /// Something to note about a message.
    MessageNoted {
        /// The provider's name of the message.
        target: String,
        /// Dotted keys and what stands there.
        notes: Vec<Note>,
        /// When.
        at: Timestamp,
    },
    /// Something to note about the channel: a warning, a quality rating.
    ChannelNoted {
        /// Dotted keys and what stands there.
        notes: Vec<Note>,
        /// When.
        at: Timestamp,
    },
    /// Something to note about every connected channel that shares an account on the provider's side: a
    /// template that is not allowed any more.
    UpstreamNoted {
        /// The account they share; the entry names no channel.
        upstream: UpstreamKey,
        /// Dotted keys and what stands there.
        notes: Vec<Note>,
        /// When.
        at: Timestamp,
    },
    /// The contact asks for a person: the conversation's state becomes this, unless it was set later
    /// than `at`.
    StateSet {
        /// The conversation.
        handle: String,
        /// `OPEN`.
        state: String,
        /// When.
        at: Timestamp,
    },
    /// The provider addresses the same contact differently from now on.
    Renamed {
        /// The handle until now.
        from: String,
        /// The handle from now on.
        to: String,
        /// When; what changed later stays.
        at: Timestamp,
    },
    /// Understood; there is nothing to keep. The kind, for operators: `typing`.
    Nothing(String),
    /// Of a kind this version does not know. The kind, as far as it can be told.
    Unknown(String),
    /// It cannot be read. What is missing or wrong, for operators; nothing that a person wrote.
    Malformed(String),
}

/// Something to note under a dotted key. Values are typed as they were in the provider's JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The dotted key: `referral.ref`.
    pub key: String,
    /// The value; [`MetadataValue::Removed`] takes it away.
    pub value: MetadataValue,
}

/// A message that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    /// The provider's own name of it: what repeats are recognised by.
    pub provider_id: Option<String>,
    /// What its id is derived from.
    pub name: MessageName,
    /// How the provider addresses the other side, the one that names the conversation first. A
    /// business-scoped id beside a number, for example: all of them lead to one conversation.
    pub handles: Vec<String>,
    /// Who wrote it, in the provider's words.
    pub sender: String,
    /// Whether the contact wrote it; an echo of our side is not.
    pub origin: Origin,
    /// When it was written; `None` if the provider does not say.
    pub sent_at: Option<Timestamp>,
    /// What is stored, verbatim as Airy stores it.
    pub content: String,
    /// What people can search: text and captions.
    pub text: Option<String>,
    /// Files it links to.
    pub media: Vec<MediaLink>,
    /// What the provider tells with it about the contact.
    pub profile: Option<Profile>,
    /// What to note about the message.
    pub notes: Vec<Note>,
    /// What to note about the conversation: a referral.
    pub conversation_notes: Vec<Note>,
}

/// Who a message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The contact.
    Contact,
    /// Our side, by other means than this hub: the provider's own inbox, another application.
    OurSide,
    /// Perhaps this hub: an echo of what our application sent.
    Echo {
        /// The message of ours, if the echo carries its id.
        correlation: Option<MessageId>,
    },
}

/// What the id of a message is derived from, see [`MessageId`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageName {
    /// A name within the channel.
    InChannel(String),
    /// A name that is unique everywhere.
    Global(String),
}

/// What a provider tells about a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What they are called.
    pub display_name: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
}

/// A file that a message links to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaLink {
    /// How the content names it: an address, or the provider's id of it. What is copied is shown in
    /// its place.
    pub link: String,
    /// `image`, `audio`, `video`, `file`.
    pub kind: &'static str,
}

/// Where a file can be had.
#[derive(Clone, Debug)]
pub struct MediaSource {
    /// The address.
    pub url: url::Url,
    /// The value of the header `Authorization`, where one is needed. Never sent to another host.
    pub authorization: Option<switchboard_domain::Secret>,
}
