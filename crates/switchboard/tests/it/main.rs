//! The hub from the outside: over HTTP, on both stores, against strict simulators of the providers.

#![cfg(test)]

mod harness;

mod components;
mod concurrency;
mod contacts;
mod contacts_erase;
mod contacts_erase_files;
mod contacts_merge;
mod contacts_people;
mod decisions;
mod fuzz_targets;
mod inbound;
mod media;
mod pictures;
mod profiles;
mod promises;
mod properties;
mod specification;
mod tags;
mod templates;
mod users;
