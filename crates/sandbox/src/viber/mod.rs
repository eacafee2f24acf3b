//! Viber's REST API for bots, and its calls with what customers do.
//!
//! developers.viber.com/docs/api/rest-bot-api, read 2026-11-22. Everything is `POST /pa/{method}`
//! and HTTP 200; `status` in the answer
//! tells. Files are behind links that end.

mod compose;
mod simulator;
mod status;
mod webhook;
mod world;

use std::sync::Arc;

use parking_lot::Mutex;

pub(crate) use self::compose::Callback;
pub use self::world::{ViberWorld, Webhook};
use crate::Now;
use crate::desk::{Desk, desk_methods};
use crate::phones::Phones;
use crate::surroundings::Surroundings;

/// The calls that the simulator tells apart.
pub const OPERATIONS: &[&str] = &[
    "get_account_info",
    "set_webhook",
    "download_media",
    "unknown",
];

/// The machine that Viber says has answered.
const CHAT_HOSTNAME: &str = "SN-CHAT-05_";

/// A running simulator of Viber: its address, its state, its calls and its faults.
#[derive(Clone)]
pub struct Viber {
    pub(crate) desk: Arc<Desk>,
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    now: Now,
    client: reqwest::Client,
    state: Mutex<State>,
}

struct State {
    account: ViberWorld,
    /// The message token of the last call to the webhook.
    last_message_token: u64,
    phones: Phones,
}

desk_methods!(Viber);

impl Viber {
    pub(crate) fn new(
        account: ViberWorld,
        url: String,
        Surroundings { now, client, .. }: Surroundings,
        desk: Arc<Desk>,
    ) -> Self {
        let state = Mutex::new(State {
            account,
            // Above 2^53, where numbers of JavaScript lose digits.
            last_message_token: 4_912_661_846_655_238_145,
            phones: Phones::default(),
        });
        Self {
            desk,
            inner: Arc::new(Inner {
                url,
                now,
                client,
                state,
            }),
        }
    }

    /// The base address, without a slash at the end: `sources.viber.api_url`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// The account's token: `sources.viber.auth_token`.
    pub fn auth_token(&self) -> String {
        self.inner.state.lock().account.auth_token.clone()
    }

    /// The account's id.
    pub fn account_id(&self) -> String {
        self.inner.state.lock().account.id.clone()
    }

    /// Where the account's events go.
    pub fn webhook(&self) -> Option<Webhook> {
        self.inner.state.lock().account.webhook.clone()
    }

    /// Replaces the webhook, as another program with the same token could.
    pub fn put_webhook(&self, webhook: Option<Webhook>) {
        self.inner.state.lock().account.webhook = webhook;
    }

    /// Replaces the account's token: the old one is dead from now on.
    pub fn rotate_auth_token(&self, auth_token: &str) {
        auth_token.clone_into(&mut self.inner.state.lock().account.auth_token);
    }

    /// Blocks the account.
    pub fn block(&self) {
        self.inner.state.lock().account.blocked = true;
    }

    /// Lets the account go.
    pub fn unblock(&self) {
        self.inner.state.lock().account.blocked = false;
    }
}
