//! Meta's Graph API: Messenger pages, Instagram accounts behind them, WhatsApp Cloud.
//!
//! developers.facebook.com/docs/graph-api and /docs/whatsapp/cloud-api, read 2026-11-22. Covered:
//! what connecting, exploring and disconnecting call, the webhooks of what customers do, and what a
//! hub asks about people and files. A hub's app is assumed to have "Require app
//! secret" on, so every call with somebody's token needs `appsecret_proof`.

mod app_subscription;
mod auth;
mod cdn;
mod compose_page;
mod compose_whatsapp;
mod event;
mod fields;
mod graph_error;
mod oauth;
mod page_subscription;
mod pages;
mod paging;
mod params;
mod profile;
mod route;
mod sample;
mod simulator;
mod state;
mod version;
mod waba_subscription;
mod whatsapp;
mod whatsapp_media;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

pub use self::app_subscription::{AppSubscription, Dashboard, Object};
pub(crate) use self::event::Event;
pub use self::sample::{SAMPLE_BUSINESS, SAMPLE_SYSTEM_USER, SAMPLE_USER, SAMPLE_WABA};
use self::state::State;
pub use self::world::{
    App, Death, Instagram, MetaWorld, Page, PhoneNumber, Token, TokenKind, User, Waba,
};
use crate::Now;
use crate::desk::{Desk, desk_methods};
use crate::hub::HubAddress;
use crate::surroundings::Surroundings;

/// The calls that the simulator tells apart.
pub const OPERATIONS: &[&str] = &[
    "exchange_token",
    "debug_token",
    "list_pages",
    "get_me",
    "get_page",
    "get_instagram_account",
    "subscribe_page",
    "get_page_subscriptions",
    "unsubscribe_page",
    "get_phone_number",
    "get_waba",
    "list_phone_numbers",
    "list_owned_wabas",
    "list_client_wabas",
    "subscribe_waba",
    "get_waba_subscriptions",
    "unsubscribe_waba",
    "subscribe_app",
    "get_app_subscriptions",
    "unsubscribe_app",
    "get_profile",
    "list_conversations",
    "get_media",
    "download_attachment",
    "download_media",
    "unknown",
];

/// A running simulator of Meta: its address, its state, its calls and its faults.
#[derive(Clone)]
pub struct Meta {
    pub(crate) desk: Arc<Desk>,
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    now: Now,
    client: reqwest::Client,
    hub: HubAddress,
    state: Mutex<State>,
    /// Counts answers and challenges.
    numbers: AtomicU64,
}

desk_methods!(Meta);

impl Meta {
    pub(crate) fn new(
        world: MetaWorld,
        url: String,
        Surroundings { now, client, hub }: Surroundings,
        desk: Arc<Desk>,
    ) -> Self {
        let state = Mutex::new(State::new(world, now.seconds()));
        Self {
            desk,
            inner: Arc::new(Inner {
                url,
                now,
                client,
                hub,
                state,
                numbers: AtomicU64::new(1_158_201_444),
            }),
        }
    }

    /// The base address, without a slash at the end: `sources.facebook.api_url`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// The hub's app.
    pub fn app(&self) -> App {
        self.inner.state.lock().app.clone()
    }

    /// The fields that the app is subscribed to at a page; `None` if it is not subscribed.
    pub fn page_subscription(&self, page_id: &str) -> Option<BTreeSet<String>> {
        self.inner
            .state
            .lock()
            .page_subscriptions
            .get(page_id)
            .cloned()
    }

    /// The app's own subscription to a kind of account.
    pub fn app_subscription(&self, object: Object) -> Option<AppSubscription> {
        self.inner
            .state
            .lock()
            .app_subscriptions
            .get(&object)
            .cloned()
    }

    /// Replaces it, as the app's owner can do in the dashboard.
    pub fn put_app_subscription(&self, object: Object, subscription: Option<AppSubscription>) {
        let subscriptions = &mut self.inner.state.lock().app_subscriptions;
        match subscription {
            Some(subscription) => drop(subscriptions.insert(object, subscription)),
            None => drop(subscriptions.remove(&object)),
        }
    }

    /// Whether the app is subscribed to a WhatsApp business account.
    pub fn waba_subscribed(&self, waba_id: &str) -> bool {
        self.inner
            .state
            .lock()
            .waba_subscriptions
            .contains_key(waba_id)
    }

    /// Where the webhooks of a WhatsApp business account go instead of the app's own address.
    pub fn waba_override(&self, waba_id: &str) -> Option<String> {
        let state = self.inner.state.lock();
        state
            .waba_subscriptions
            .get(waba_id)?
            .override_callback_uri
            .clone()
    }

    /// The token as it is in use now, with the permissions it has left; `None` if nobody issued it.
    pub fn token(&self, text: &str) -> Option<Token> {
        self.inner
            .state
            .lock()
            .token(text)
            .map(|issued| issued.token.clone())
    }

    /// Whether Meta would still take the token.
    pub fn token_is_alive(&self, text: &str) -> bool {
        let now = self.inner.now.seconds();
        self.inner.state.lock().token(text).is_some_and(|issued| {
            issued.death.is_none() && issued.expires_at.is_none_or(|end| now < end)
        })
    }

    /// How many tokens were handed out since the start.
    pub fn tokens_issued(&self) -> u64 {
        self.inner.state.lock().issued()
    }

    /// Adds a page, or replaces the one with its id.
    pub fn add_page(&self, page: Page) {
        self.inner.state.lock().pages.insert(page.id.clone(), page);
    }

    /// Deletes a page with its subscription.
    pub fn delete_page(&self, page_id: &str) {
        let mut state = self.inner.state.lock();
        state.pages.remove(page_id);
        state.page_subscriptions.remove(page_id);
    }

    /// Adds a user, or replaces the one with its id.
    pub fn add_user(&self, user: User) {
        self.inner.state.lock().users.insert(user.id.clone(), user);
    }

    /// Gives a user full control of a page, or exactly these tasks.
    pub fn set_tasks(&self, user_id: &str, page_id: &str, tasks: Option<&[&str]>) {
        let tasks = tasks.map_or_else(world::all_tasks, |tasks| {
            tasks.iter().map(|&task| task.to_owned()).collect()
        });
        let mut state = self.inner.state.lock();
        let Some(user) = state.users.get_mut(user_id) else {
            return;
        };
        match user.roles.iter_mut().find(|(page, _)| page == page_id) {
            Some((_, had)) => *had = tasks,
            None => user.roles.push((page_id.to_owned(), tasks)),
        }
    }

    /// Adds a WhatsApp business account, or replaces the one with its id.
    pub fn add_waba(&self, waba: Waba) {
        self.inner.state.lock().wabas.insert(waba.id.clone(), waba);
    }

    /// Adds a number to a WhatsApp business account.
    pub fn add_phone_number(&self, waba_id: &str, number: PhoneNumber) {
        if let Some(waba) = self.inner.state.lock().wabas.get_mut(waba_id) {
            waba.numbers.push(number);
        }
    }

    /// Deletes a WhatsApp number.
    pub fn delete_phone_number(&self, phone_number_id: &str) {
        for waba in self.inner.state.lock().wabas.values_mut() {
            waba.numbers.retain(|number| number.id != phone_number_id);
        }
    }

    /// Issues a token with this text.
    pub fn add_token(&self, text: &str, token: Token) {
        let now = self.inner.now.seconds();
        self.inner
            .state
            .lock()
            .put_token(text.to_owned(), token, now);
    }

    /// The page token that `/me/accounts` would show to the holder of a user token.
    pub fn page_token(&self, user_token: &str, page_id: &str) -> Option<String> {
        let now = self.inner.now.seconds();
        let mut state = self.inner.state.lock();
        let issued = state.token(user_token)?.clone();
        state
            .pages
            .contains_key(page_id)
            .then(|| state.page_token(&issued, page_id, now))
    }

    /// Ends the life of one token now, as if its time were over (190/463).
    pub fn expire_token(&self, text: &str) {
        let now = self.inner.now.seconds();
        if let Some(issued) = self.inner.state.lock().token_mut(text) {
            issued.expires_at = Some(now);
        }
    }

    /// Kills one token.
    pub fn revoke_token(&self, text: &str, death: Death) {
        if let Some(issued) = self.inner.state.lock().token_mut(text) {
            issued.death = Some(death);
        }
    }

    /// Kills all tokens of a user, page tokens included: what a changed password does.
    pub fn revoke_user(&self, user_id: &str, death: Death) {
        for issued in self.inner.state.lock().tokens_of(user_id) {
            issued.death = Some(death);
        }
    }

    /// Takes a permission from all tokens of a user.
    pub fn drop_permission(&self, user_id: &str, scope: &str) {
        for issued in self.inner.state.lock().tokens_of(user_id) {
            issued.token = issued.token.clone().without(scope);
        }
    }

    /// Removes the app's subscription to a page, as its owner can do in the page's settings.
    pub fn remove_page_subscription(&self, page_id: &str) {
        self.inner.state.lock().page_subscriptions.remove(page_id);
    }

    fn next_number(&self) -> u64 {
        self.inner.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// The id under which Meta's support would find the call.
    fn trace(&self) -> String {
        let sum = Sha256::digest(self.next_number().to_be_bytes());
        let mut text = URL_SAFE_NO_PAD.encode(sum);
        text.truncate(22);
        format!("A{text}")
    }
}
