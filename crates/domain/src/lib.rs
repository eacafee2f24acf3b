//! The nouns of the hub, and nothing that touches the world.
//!
//! No I/O, no async, no JSON: what is free JSON elsewhere is carried here as [`RawJson`], text that
//! somebody else has checked. Time and chance come in as [`Clock`] and [`Chance`].

#![warn(missing_docs)]

mod chance;
mod channel;
mod clock;
mod event;
mod ids;
mod job;
mod raw_json;
mod secret;
mod source;

pub use chance::{Chance, FixedChance};
pub use channel::{Channel, ChannelFilter, Connection};
pub use clock::{Clock, ManualClock, Timestamp};
pub use event::{Event, EventKind, NewEvent, Position, UnknownEventKind};
pub use ids::{ChannelId, EventSubject, JobId};
pub use job::{Job, JobKind, NewJob, UnknownJobKind};
pub use raw_json::RawJson;
pub use secret::{KeyId, Sealed, Secret};
pub use source::{Source, SourceChannelId, UpstreamKey};
