//! Every use case of the hub is one function here.
//!
//! The engine decides. It sees no database (only [`switchboard_storage`]'s contract), no provider
//! (only [`switchboard_connector`]'s) and no HTTP server.

#![warn(missing_docs)]

mod account;
pub mod channels;
pub mod chatplugin;
pub mod components;
pub mod contacts;
pub mod conversations;
mod due;
mod engine;
mod fail_point;
mod handshake;
pub mod ingest;
pub mod media;
pub mod messages;
pub mod metadata;
pub mod page;
mod profiles;
mod retention;
pub mod sources;
pub mod tags;
pub mod templates;
mod tokens;
pub mod users;
mod vault;
mod words;
mod workers;

pub use engine::{Engine, EngineParts};
pub use fail_point::{FailPoint, FailPoints};
pub use retention::Retention;
pub use switchboard_storage::StorageError;
pub use vault::{MasterKey, MasterKeyError, Vault, VaultError};
