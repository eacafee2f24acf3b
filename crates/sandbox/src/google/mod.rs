//! Google's OAuth token endpoint for service accounts, and the base of Business Messages.
//!
//! developers.google.com/identity/protocols/oauth2/service-account, read 2026-11-22. Business
//! Messages was shut down on 2024-07-31; its base is here because hubs still have the source.

mod assertion;
mod compose;
mod simulator;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

pub(crate) use self::compose::Notice;
pub use self::world::{GoogleWorld, ServiceAccount};
use crate::Now;
use crate::desk::{Desk, desk_methods};
use crate::hub::HubAddress;
use crate::phones::Phones;
use crate::surroundings::Surroundings;

/// The calls that the simulator tells apart.
pub const OPERATIONS: &[&str] = &[
    "issue_token",
    "business_messages",
    "download_media",
    "unknown",
];

/// The scope of Business Messages.
pub const SCOPE: &str = "https://www.googleapis.com/auth/businessmessages";

/// A running simulator of Google: its address, its state, its calls and its faults.
#[derive(Clone)]
pub struct Google {
    pub(crate) desk: Arc<Desk>,
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    now: Now,
    hub: HubAddress,
    state: Mutex<State>,
}

struct State {
    world: GoogleWorld,
    /// When each access token ends, in seconds since 1970.
    tokens: BTreeMap<String, i64>,
    issued: u64,
    phones: Phones,
}

desk_methods!(Google);

impl Google {
    pub(crate) fn new(
        world: GoogleWorld,
        url: String,
        Surroundings { now, hub, .. }: Surroundings,
        desk: Arc<Desk>,
    ) -> Self {
        let state = Mutex::new(State {
            world,
            tokens: BTreeMap::new(),
            issued: 0,
            phones: Phones::default(),
        });
        Self {
            desk,
            inner: Arc::new(Inner {
                url,
                now,
                hub,
                state,
            }),
        }
    }

    /// The base address of Business Messages: `sources.google.api_url`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// Where access tokens are issued: `token_uri` of the key file.
    pub fn token_uri(&self) -> String {
        format!("{}/token", self.inner.url)
    }

    /// The key file of the service account: `sources.google.service_account`.
    pub fn key_file(&self) -> String {
        let token_uri = self.token_uri();
        self.inner
            .state
            .lock()
            .world
            .service_account
            .key_file(&token_uri)
    }

    /// The partner key: `sources.google.partner_key`.
    pub fn partner_key(&self) -> String {
        self.inner.state.lock().world.partner_key.clone()
    }

    /// How many access tokens were issued since the start.
    pub fn tokens_issued(&self) -> u64 {
        self.inner.state.lock().issued
    }

    /// Whether an access token would still be taken.
    pub fn token_is_alive(&self, text: &str) -> bool {
        let now = self.inner.now.seconds();
        let state = self.inner.state.lock();
        state.tokens.get(text).is_some_and(|&end| now < end)
    }

    /// The agents of the partner.
    pub fn agents(&self) -> Vec<String> {
        self.inner
            .state
            .lock()
            .world
            .agents
            .iter()
            .cloned()
            .collect()
    }

    /// Adds an agent.
    pub fn add_agent(&self, agent_id: &str) {
        self.inner
            .state
            .lock()
            .world
            .agents
            .insert(agent_id.to_owned());
    }

    /// Enables the service account again.
    pub fn enable_service_account(&self) {
        self.inner.state.lock().world.service_account.enabled = true;
    }

    /// Disables the service account: no more tokens are issued.
    pub fn disable_service_account(&self) {
        self.inner.state.lock().world.service_account.enabled = false;
    }

    /// Ends the life of all access tokens now.
    pub fn expire_tokens(&self) {
        self.inner.state.lock().tokens.clear();
    }
}
