//! What tests of several crates share: a temporary PostgreSQL, and databases on it.

pub mod cluster;
#[cfg(feature = "database")]
pub mod postgres;
#[cfg(target_os = "linux")]
pub mod threads;
