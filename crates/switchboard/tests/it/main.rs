//! The hub from the outside: over HTTP, on both stores, against strict simulators of the providers.

#![cfg(test)]

mod harness;

mod concurrency;
mod decisions;
mod specification;
