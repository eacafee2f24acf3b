//! The storage contract on PostgreSQL, for many nodes on one database.
//!
//! One thread writes and some read, each with its own connection. The writer takes what has piled up,
//! fetches and locks the channels that all units start from with one statement, keeps what units
//! write in memory and sends it with one statement a table before it commits once for all of them:
//! many concurrent units cost a handful of round trips and one flush of the server's log.
//!
//! What is erased is deleted; PostgreSQL keeps the sealed bytes in pages it has freed, and in
//! backups of the server's log, the sealed bytes are still there.

#![warn(missing_docs)]

mod address;
mod batch;
mod channels;
mod connection;
mod credentials;
mod events;
mod flush;
mod jobs;
mod open;
mod options;
mod reader;
mod refusal;
mod revisions;
mod schema;
mod snapshot;
mod stored;
#[cfg(test)]
mod tests;
mod writer;
mod writes;

pub use open::{OpenError, open};
pub use options::PostgresOptions;
