//! The storage contract on PostgreSQL, for many nodes on one database.
//!
//! One thread writes, one writes down what providers send, and some read, each with its own connection.
//! A writer takes what has piled up, fetches and locks the channels that all units start from with one
//! statement, keeps in memory what can wait and sends it with one statement a table before it commits
//! once for all of them: many concurrent units cost a handful of round trips and one flush of the
//! server's log. Envelopes alone cost one round trip, from their lock to the commit.
//!
//! What is erased is deleted, not wiped: in pages that the server has freed, in its log and in
//! backups of either, the sealed bytes may still be there.

#![warn(missing_docs)]

mod accepter;
mod address;
mod aliases;
mod applying;
mod batch;
mod channels;
mod connection;
mod contact_details;
mod contact_pages;
mod contacts;
mod conversation_erasure;
mod conversation_filter;
mod conversation_moves;
mod conversation_page;
mod conversation_tags;
mod conversation_ways;
mod conversations;
mod counts;
mod credentials;
mod custom_sources;
mod envelope_heads;
mod envelopes;
mod events;
mod flush;
mod fresh;
mod jobs;
mod known;
mod locks;
mod media;
mod merges;
mod message_columns;
mod message_texts;
mod messages;
mod metadata;
mod open;
mod options;
mod outcomes;
mod parked;
mod reader;
mod refusal;
mod revisions;
mod schema;
mod search;
mod session;
mod shown;
mod snapshot;
mod source_walk;
mod stored;
mod sweeping;
mod tags;
mod templates;
#[cfg(test)]
mod tests;
mod users;
mod verbatim;
mod words;
mod writer;
mod writes;

pub use open::{OpenError, open};
pub use options::PostgresOptions;
