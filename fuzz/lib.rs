//! What targets do with one input. The hub's own tests compile this too, and run it on samples.

pub mod connectors;
pub mod filters;
pub mod hub;
pub mod sources_webhook;
