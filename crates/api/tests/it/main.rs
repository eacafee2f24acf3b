//! The API as callers see it, over a real store and a source that does as it is told.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the whole crate is tests: they fail by panicking"
)]

mod access;
mod bodies;
mod channels;
mod described;
mod failures;
mod fields;
mod hub;
mod log;
mod media;
mod obedient;
mod observed;
mod origins;
mod routes;
mod visitors;
mod webhooks;
