//! Every use case of the hub is one function here.
//!
//! The engine decides. It sees no database (only [`switchboard_storage`]'s contract), no provider
//! (only [`switchboard_connector`]'s) and no HTTP server.

#![warn(missing_docs)]

mod account;
pub mod channels;
mod engine;
mod handshake;
mod vault;
mod workers;

pub use engine::{Engine, EngineParts};
pub use switchboard_storage::StorageError;
pub use vault::{MasterKey, MasterKeyError, Vault, VaultError};
