//! The HTTP API of the hub.
//!
//! It translates and never decides: a request becomes a call of the engine, what the engine says
//! becomes an answer. [`router()`] is everything that is served, [`openapi()`] describes it; both are
//! made from the same list of procedures and the sources that the engine knows.

mod access_log;
mod auth;
mod body;
mod cors;
mod docs;
mod door;
mod error;
mod gate;
mod health;
mod ingest;
mod limits;
mod media;
mod metrics;
mod openapi;
mod options;
mod peer;
mod request_id;
mod router;
mod rpc;
mod traffic;

pub use auth::AnonymousHosts;
pub use cors::{Origin, OriginError};
pub use metrics::{InstallMetricsError, MetricsHandle, install_metrics};
pub use openapi::openapi;
pub use options::ApiOptions;
pub use peer::Peer;
pub use router::router;
