//! The nouns of the hub, and nothing that touches the world.
//!
//! No I/O, no async, no JSON: what is free JSON elsewhere is carried here as [`RawJson`], text that
//! somebody else has checked. Time and chance come in as [`Clock`] and [`Chance`].

#![warn(missing_docs)]

mod chance;
mod channel;
mod clock;
mod contact;
mod conversation;
mod conversation_filter;
mod custom_source;
mod envelope;
mod event;
mod ids;
mod job;
mod media;
mod message;
mod metadata;
mod raw_json;
mod secret;
mod source;
mod tag;

pub use chance::{Chance, FixedChance};
pub use channel::{Channel, ChannelFilter, Connection};
pub use clock::{Clock, ManualClock, Timestamp};
pub use contact::{Address, Contact, ContactPlace, Merge};
pub use conversation::{
    Alias, Conversation, ConversationPlace, LastMessage, MessageSequence, Named, ParkedChange,
    ProfileFetch, state_words,
};
pub use conversation_filter::{
    ConversationCursor, ConversationFilter, Piece, Range, TextPattern, Wildcards, WordPattern,
};
pub use custom_source::CustomSource;
pub use envelope::{
    ApplyProgress, Envelope, EnvelopeFilter, EnvelopeHead, NewEnvelope, Outcome, Verdict,
};
pub use event::{Event, EventBody, EventKind, NewEvent, Position, UnknownEventKind};
pub use ids::{
    ChannelId, ContactId, ConversationId, EnvelopeId, EventSubject, JobId, MessageId, NodeId,
    ProviderKey, TagId, TemplateId, TokenId,
};
pub use job::{Job, JobKind, NewJob, UnknownJobKind};
pub use media::MediaCopy;
pub use message::{DeliveryState, Message, MessagePlace, NewMessage, Receipt, Template};
pub use metadata::{MetadataRecord, MetadataSubject, MetadataValue};
pub use raw_json::RawJson;
pub use secret::{KeyId, Sealed, Secret};
pub use source::{Source, SourceChannelId, UpstreamKey};
pub use tag::{Tag, TagColor, User};
