//! The public JSON of shared nouns.
//!
//! Answers of the API, events, websocket frames and outbound webhooks carry the same shapes, so
//! each is defined once, here.

#![warn(missing_docs)]

mod channel;

pub use channel::{ChannelJson, ChannelMetadataJson};
