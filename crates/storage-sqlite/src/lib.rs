//! The storage contract on embedded SQLite, for a hub on one machine.
//!
//! One thread writes and some read, each with its own connection in WAL mode. The writer takes what
//! has piled up, runs each unit in a savepoint, commits once for all of them with
//! `synchronous = FULL` and then answers them: many concurrent units cost one `fsync`.

#![warn(missing_docs)]

mod channels;
mod connection;
mod credentials;
mod events;
mod jobs;
mod lock;
mod open;
mod options;
#[cfg(test)]
mod plans;
mod reader;
mod revisions;
mod schema;
mod scrub;
mod stored;
mod tx;
mod writer;

pub use open::{OpenError, open};
pub use options::SqliteOptions;
