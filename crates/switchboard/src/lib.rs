//! The hub's parts, put together.
//!
//! This is the only crate that names concrete parts (which database, which connectors, which clock),
//! and it decides nothing. It is a library so that tests run the very hub that the binary runs.

pub mod commands;
pub mod config;
mod entropy;
#[cfg(feature = "fail-points")]
mod fail_points;
mod logging;
mod master_key;
mod server;
mod shutdown;
pub mod wire;

pub use entropy::{SystemClock, ThreadChance};
pub use server::serve;
