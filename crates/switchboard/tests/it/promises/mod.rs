//! What is promised about messages in, each promise with the test that proves it.

pub(crate) mod bodies;
mod clock_jumps;
mod equal_texts;
mod erased_people;
mod hostile_bodies;
mod later_wins;
pub(crate) mod lists;
mod mixed_batches;
mod names_across_sources;
mod one_person;
mod receipts;
mod refused_envelopes;
mod sent;
mod two_hubs;
