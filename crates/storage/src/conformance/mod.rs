//! What every backend must do, one small function per rule.
//!
//! A backend's test calls [`conformance_suite!`](crate::conformance_suite) with the name of a
//! function that makes an empty [`Database`]; every rule becomes a test of its own, on a database of
//! its own:
//!
//! ```text
//! use switchboard_storage::conformance::Database;
//!
//! fn fresh() -> Database {
//!     let folder = tempfile::tempdir().unwrap();
//!     Database::opened_by(1, move || open(&folder.path().join("hub.db")).unwrap())
//! }
//!
//! switchboard_storage::conformance_suite!(fresh);
//! ```
//!
//! Rules know nothing of the backend. Where the contract speaks of "any nodes", a rule spreads its
//! units over all nodes of the database, however many there are.

#![expect(
    missing_docs,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "each rule is a test: its name is its sentence, and it fails by panicking"
)]

pub mod adding;
pub mod aliases;
pub mod applying;
pub mod channels;
pub mod claims;
pub mod closing;
pub mod concurrency;
pub mod contact_pages;
pub mod contacts;
pub mod contention;
pub mod conversation_pages;
pub mod conversations;
mod corpus;
pub mod credentials;
pub mod custom_sources;
mod database;
pub mod envelope_lists;
pub mod envelope_races;
pub mod envelope_removal;
pub mod envelopes;
pub mod erasing;
mod evaluation;
pub mod events;
pub mod every_noun;
pub mod failures;
pub mod filters;
pub mod inboxes;
pub mod jobs;
pub mod large_lists;
pub mod media;
pub mod merges;
pub mod message_pages;
pub mod messages;
pub mod metadata;
pub mod metadata_races;
pub mod parking;
pub mod races;
pub mod random_filters;
pub mod revisions;
mod samples;
mod suite;
pub mod tags;
pub mod templates;
#[cfg(test)]
mod tests;
pub mod texts;
pub mod totals;
pub mod units;
pub mod users;
pub mod words;

pub use database::{Database, run};
