//! Strict, stateful simulators of the providers, on loopback.
//!
//! Each simulator refuses what the real provider refuses and remembers what the real provider
//! remembers: a hub that works against it does so because its calls are right. What a simulator
//! knows is its [`World`]; a test builds one, starts the [`Sandbox`], points a hub at it with
//! [`Sandbox::settings`], and looks at the state and at the calls afterwards. Faults come on demand.

#![warn(missing_docs)]

mod connection;
mod control;
mod desk;
mod exchange;
mod fault;
pub mod google;
mod journal;
pub mod meta;
mod options;
mod outgoing;
mod sandbox;
mod server;
mod settings;
pub mod twilio;
pub mod viber;
mod world;

pub use fault::Fault;
pub use google::Google;
pub use journal::CallRecord;
pub use meta::Meta;
pub use options::{Now, Ports, Public, SandboxOptions};
pub use sandbox::Sandbox;
pub use twilio::Twilio;
pub use viber::Viber;
pub use world::World;
