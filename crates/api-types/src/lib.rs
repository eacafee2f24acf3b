//! The public JSON of shared nouns.
//!
//! Answers of the API, events, websocket frames and outbound webhooks carry the same shapes, so
//! each is defined once, here.

#![warn(missing_docs)]

mod channel;
mod contact;
mod conversation;
mod message;
pub mod metadata;
mod moment;
mod page;
mod raw;
mod tag;
mod template;
mod user;

pub use channel::{ChannelJson, ChannelMetadataJson};
pub use contact::{AddressJson, ContactJson, MergedContactJson};
pub use conversation::{ConversationJson, conversation_metadata};
pub use message::{MessageJson, MessageParts, Progress, SenderJson};
pub use moment::iso;
pub use page::{PageJson, PaginationJson};
pub use tag::TagJson;
pub use template::TemplateJson;
pub use user::UserJson;
