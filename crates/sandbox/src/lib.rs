//! Strict, stateful simulators of the providers, on loopback.
//!
//! Each simulator refuses what the real provider refuses and remembers what the real provider
//! remembers: a hub that works against it does so because its calls are right. What a simulator
//! knows is its [`World`]; a test builds one, starts the [`Sandbox`], points a hub at it with
//! [`Sandbox::settings`], and looks at the state and at the calls afterwards. Faults come on demand.
//!
//! Customers come on demand too: what one does ([`Sandbox::say`], [`Sandbox::act`]) becomes a signed
//! webhook to the hub, repeated, late or together with others if need be.

#![warn(missing_docs)]

mod connection;
mod control;
mod customers;
mod desk;
mod exchange;
mod fault;
pub mod google;
mod hub;
mod journal;
mod media;
pub mod meta;
mod options;
mod outgoing;
mod phones;
mod post;
mod remote;
mod sandbox;
mod saying;
mod server;
mod settings;
mod surroundings;
pub mod twilio;
pub mod viber;
mod world;

pub use customers::{Act, Customer, Impossible, Letter, Outcome, SAMPLE_CUSTOMER, Said, Source};
pub use fault::Fault;
pub use google::Google;
pub use journal::CallRecord;
pub use media::MediaKind;
pub use meta::Meta;
pub use options::{Now, Ports, Public, SandboxOptions};
pub use post::{Delivery, Pause, Violation};
pub use remote::{Heard, NoSandbox, Remark, Speaker, say_at};
pub use sandbox::Sandbox;
pub use twilio::Twilio;
pub use viber::Viber;
pub use world::World;
