//! The storage contract on embedded SQLite, for a hub on one machine.
//!
//! One thread writes and some read, each with its own connection in WAL mode. The writer takes what
//! has piled up, runs each unit in a savepoint, commits once for all of them with
//! `synchronous = FULL` and then answers them: many concurrent units cost one `fsync`.
//!
//! Envelopes lie in a file of their own, with a thread of its own that appends to it: what providers
//! send is kept while units of work are being written.

#![warn(missing_docs)]

mod accepter;
mod after;
mod aliases;
mod channels;
mod connection;
mod contact_document;
mod contacts;
mod conversation_filter;
mod conversation_page;
mod conversation_ways;
mod conversations;
mod counts;
mod credentials;
mod custom_sources;
mod envelope_changes;
mod envelope_file;
mod envelope_heads;
mod envelopes;
mod erasing;
mod events;
mod functions;
mod jobs;
mod known;
mod leftovers;
mod lock;
mod log_mover;
mod media;
mod message_text;
mod messages;
mod metadata;
mod open;
mod options;
mod parked;
#[cfg(test)]
mod plans;
mod reader;
mod recent;
mod refusal;
mod revisions;
mod schema;
mod scrub;
mod stored;
mod tags;
mod templates;
mod tx;
mod users;
mod wildcards;
mod words;
mod writer;

pub use open::{OpenError, open};
pub use options::SqliteOptions;
