//! What the API has to be told.

use std::sync::Arc;
use std::time::Duration;

use switchboard_domain::{Chance, Secret};

use crate::{AnonymousHosts, MetricsHandle, Origin};

/// What the API has to be told.
#[derive(Clone, Debug)]
pub struct ApiOptions {
    /// What callers have to show; `None` lets everybody in who calls one of `anonymous_hosts`.
    pub system_token: Option<Secret>,
    /// The hosts by which a hub without a token may be called.
    pub anonymous_hosts: AnonymousHosts,
    /// The origins of web pages that may call the API from a browser.
    pub allowed_origins: Vec<Origin>,
    /// What `GET /metrics` shows.
    pub metrics: MetricsHandle,
    /// Longest time for one request, reading its body included. Above the time that the engine
    /// gives to providers, so that the engine's own sentence wins.
    pub request_timeout: Duration,
    /// Where ids of requests come from.
    pub chance: Arc<dyn Chance>,
    /// The hub's version, for the API's description.
    pub version: &'static str,
}
