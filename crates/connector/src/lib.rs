//! What a source must be for the hub to talk to it.
//!
//! A connector is a translator: it turns a request to connect into the provider's calls and the
//! provider's answers into values ([`Draft`], [`Candidate`], a [`ProviderError`] of a typed class).
//! The engine stores and decides. A connector never sees a database, the HTTP server or another
//! connector.

#![warn(missing_docs)]

mod access;
mod account;
mod call;
mod caller;
mod connector;
mod context;
mod error;
mod inbound;
pub mod request;
mod settings;
mod webhook;

pub use access::ProviderAccess;
pub use account::{Account, Candidate, Draft};
pub use call::{Answer, Call, Repeat};
pub use caller::{Caller, Pause, TokioPause};
pub use connector::{Capabilities, Connector, Explore};
pub use context::ProviderContext;
pub use error::{ConnectError, Effect, ErrorClass, NotConfigured, ProviderError};
pub use inbound::{
    Delivery, Entry, Inbound, InboundMessage, MediaLink, MediaSource, MessageName, Note, Origin,
    Parsed, Profile,
};
pub use request::{InvalidRequest, RequestBody};
pub use settings::{Section, Setting, Settings};
pub use webhook::{Checks, Handshake, RawWebhook, Reply, Unverified, Verified};
