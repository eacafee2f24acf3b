//! Twilio's REST API for phone numbers and WhatsApp senders, and its calls with what customers do.
//!
//! www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource and
//! www.twilio.com/docs/whatsapp/api/senders, read 2026-11-22. Two hosts, as at Twilio:
//! `api.twilio.com` (form bodies, paths as next page) and `messaging.twilio.com` (JSON bodies,
//! addresses as next page).

mod access;
mod compose;
mod deliver;
mod media;
mod numbers;
mod paging;
mod refusal;
mod senders;
mod signature;
mod simulator;
mod world;

pub(crate) use self::compose::Inbound;
use self::media::MessageFile;
pub(crate) use self::simulator::{ApiHost, MessagingHost};

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

pub use self::world::{Account, NumberState, SenderState, SenderWebhook, TwilioWorld};
use crate::Now;
use crate::desk::{Desk, desk_methods};
use crate::phones::Phones;

/// The calls that the simulator tells apart.
pub const OPERATIONS: &[&str] = &[
    "get_account",
    "list_numbers",
    "get_number",
    "update_number",
    "list_senders",
    "get_sender",
    "update_sender",
    "get_media",
    "download_media",
    "unknown",
];

/// A running simulator of Twilio: its addresses, its state, its calls and its faults.
#[derive(Clone)]
pub struct Twilio {
    pub(crate) desk: Arc<Desk>,
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    messaging_url: String,
    now: Now,
    world: Mutex<TwilioWorld>,
    phones: Mutex<Phones>,
    /// Files of messages, by their own SID.
    files: Mutex<BTreeMap<String, MessageFile>>,
}

desk_methods!(Twilio);

impl Twilio {
    pub(crate) fn new(
        world: TwilioWorld,
        (url, messaging_url): (String, String),
        now: Now,
        desk: Arc<Desk>,
    ) -> Self {
        let world = Mutex::new(world);
        Self {
            desk,
            inner: Arc::new(Inner {
                url,
                messaging_url,
                now,
                world,
                phones: Mutex::default(),
                files: Mutex::default(),
            }),
        }
    }

    /// The base address of accounts and numbers: `sources.twilio.api_url`.
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// The base address of WhatsApp senders: `sources.twilio.messaging_url`.
    pub fn messaging_url(&self) -> &str {
        &self.inner.messaging_url
    }

    /// The account.
    pub fn account(&self) -> Account {
        self.inner.world.lock().account.clone()
    }

    /// A phone number, by the number in E.164.
    pub fn number(&self, number: &str) -> Option<NumberState> {
        self.inner.world.lock().numbers.get(number).cloned()
    }

    /// A WhatsApp sender, by `whatsapp:` and the number.
    pub fn sender(&self, sender_id: &str) -> Option<SenderState> {
        self.inner.world.lock().senders.get(sender_id).cloned()
    }

    /// Adds a number, or replaces it.
    pub fn put_number(&self, number: &str, state: NumberState) {
        self.inner
            .world
            .lock()
            .numbers
            .insert(number.to_owned(), state);
    }

    /// Releases a number.
    pub fn delete_number(&self, number: &str) {
        self.inner.world.lock().numbers.remove(number);
    }

    /// Adds a WhatsApp sender, or replaces it.
    pub fn put_sender(&self, sender_id: &str, state: SenderState) {
        self.inner
            .world
            .lock()
            .senders
            .insert(sender_id.to_owned(), state);
    }

    /// Deletes a WhatsApp sender.
    pub fn delete_sender(&self, sender_id: &str) {
        self.inner.world.lock().senders.remove(sender_id);
    }

    /// Makes the account `active`, `suspended` or `closed`.
    pub fn set_account_status(&self, status: &str) {
        status.clone_into(&mut self.inner.world.lock().account.status);
    }

    /// Replaces the auth token: the old one is dead from now on.
    pub fn rotate_auth_token(&self, auth_token: &str) {
        auth_token.clone_into(&mut self.inner.world.lock().account.auth_token);
    }
}
