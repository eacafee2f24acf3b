//! From a provider's webhook to a conversation: raw first, then understood.
//!
//! [`Engine::receive`](crate::Engine::receive) verifies a call and stores it as an envelope; only then
//! is it answered. A worker reads envelopes in their order and applies them, many in one unit of work.
//! Parsing is pure and applying is idempotent, so an envelope may be applied again at any time.

mod apart;
pub(crate) mod apply;
mod arrivals;
mod echo;
mod findings;
mod follow;
mod lag;
mod pace;
mod pause;
mod reading;
mod receive;
mod replay;
mod show;

pub use findings::{Finding, Findings};
pub use follow::IngestError;
pub use receive::{ReceiveError, Received};
pub use replay::{Change, ReplayError, Replayed, Run};
pub use show::{EnvelopeView, Envelopes, verdict_of};

pub(crate) use arrivals::Arrivals;
