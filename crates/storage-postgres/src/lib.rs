//! The storage contract on PostgreSQL, for many nodes on one database.
//!
//! One thread writes and some read, each with its own connection. The writer takes what has piled up,
//! fetches and locks the channels that all units start from with one statement, keeps what units
//! write in memory and sends it with one statement a table before it commits once for all of them:
//! many concurrent units cost a handful of round trips and one flush of the server's log.
//!
//! What is erased is deleted, not wiped: in pages that the server has freed, in its log and in
//! backups of either, the sealed bytes may still be there.

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
