//! What changes at Meta: subscriptions, issued tokens, deaths.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::app_subscription::{AppSubscription, Object};
use super::whatsapp_media::WhatsAppFile;
use super::world::{App, Death, MetaWorld, Page, PhoneNumber, Token, TokenKind, User, Waba};
use crate::phones::Phones;

pub(crate) struct State {
    pub(crate) app: App,
    pub(crate) pages: BTreeMap<String, Page>,
    /// The fields that the app is subscribed to, by page id.
    pub(crate) page_subscriptions: BTreeMap<String, BTreeSet<String>>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) wabas: BTreeMap<String, Waba>,
    pub(crate) waba_subscriptions: BTreeMap<String, WabaSubscription>,
    pub(crate) app_subscriptions: BTreeMap<Object, AppSubscription>,
    pub(crate) phones: Phones,
    /// Files that were sent in WhatsApp, by their id.
    pub(crate) whatsapp_files: BTreeMap<String, WhatsAppFile>,
    tokens: BTreeMap<String, Issued>,
    issued: u64,
}

/// The app's subscription to a WhatsApp business account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WabaSubscription {
    /// Where its webhooks go instead of the app's own address.
    pub(crate) override_callback_uri: Option<String>,
}

/// A token in use.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) token: Token,
    pub(crate) since: i64,
    pub(crate) expires_at: Option<i64>,
    pub(crate) death: Option<Death>,
}

impl State {
    pub(crate) fn new(world: MetaWorld, now: i64) -> Self {
        let mut state = Self {
            app: world.app,
            pages: world
                .pages
                .into_iter()
                .map(|page| (page.id.clone(), page))
                .collect(),
            page_subscriptions: BTreeMap::new(),
            users: world
                .users
                .into_iter()
                .map(|user| (user.id.clone(), user))
                .collect(),
            wabas: world
                .wabas
                .into_iter()
                .map(|waba| (waba.id.clone(), waba))
                .collect(),
            waba_subscriptions: BTreeMap::new(),
            app_subscriptions: world.dashboard.subscriptions(),
            phones: Phones::default(),
            whatsapp_files: BTreeMap::new(),
            tokens: BTreeMap::new(),
            issued: 0,
        };
        for (text, token) in world.tokens {
            state.put_token(text, token, now);
        }
        state
    }

    /// What a user may do at a page; `None` without a role there.
    pub(crate) fn tasks(&self, user_id: &str, page_id: &str) -> Option<&BTreeSet<String>> {
        let roles = &self.users.get(user_id)?.roles;
        let (_, tasks) = roles.iter().find(|(page, _)| page == page_id)?;
        Some(tasks)
    }

    /// The page that an Instagram account is linked to.
    pub(crate) fn page_of_instagram(&self, account_id: &str) -> Option<&Page> {
        self.pages.values().find(|page| {
            page.instagram
                .as_ref()
                .is_some_and(|account| account.id == account_id)
        })
    }

    /// A WhatsApp number and the account it belongs to.
    pub(crate) fn phone_number(&self, id: &str) -> Option<(&Waba, &PhoneNumber)> {
        self.wabas.values().find_map(|waba| {
            let number = waba.numbers.iter().find(|number| number.id == id)?;
            Some((waba, number))
        })
    }

    pub(crate) fn token(&self, text: &str) -> Option<&Issued> {
        self.tokens.get(text)
    }

    pub(crate) fn token_mut(&mut self, text: &str) -> Option<&mut Issued> {
        self.tokens.get_mut(text)
    }

    pub(crate) fn tokens_of(&mut self, user_id: &str) -> impl Iterator<Item = &mut Issued> {
        self.tokens
            .values_mut()
            .filter(move |issued| issued.token.user_id == user_id)
    }

    pub(crate) fn put_token(&mut self, text: String, token: Token, now: i64) {
        let lifetime = token
            .lifetime
            .map(|life| i64::try_from(life.as_secs()).unwrap_or(i64::MAX));
        let issued = Issued {
            since: now,
            expires_at: lifetime.map(|life| now.saturating_add(life)),
            death: None,
            token,
        };
        self.tokens.insert(text, issued);
    }

    /// Issues a token with a new text.
    pub(crate) fn issue(&mut self, token: Token, now: i64) -> String {
        self.issued += 1;
        let text = format!(
            "EAAG{}",
            hex::encode(Sha256::digest(self.issued.to_be_bytes()))
        );
        self.put_token(text.clone(), token, now);
        text
    }

    /// How many tokens were issued since the start.
    pub(crate) const fn issued(&self) -> u64 {
        self.issued
    }

    /// The page token that a user token gives: the same one each time, alive as long as the user
    /// token if that is short, for ever if it is long (developers.facebook.com/docs/facebook-login/
    /// guides/access-tokens/get-long-lived, read 2026-11-22).
    pub(crate) fn page_token(&mut self, user_token: &Issued, page_id: &str, now: i64) -> String {
        let long = user_token
            .token
            .lifetime
            .is_none_or(|life| life > Token::SHORT);
        let kind = TokenKind::Page(page_id.to_owned());
        let expires_at = if long { None } else { user_token.expires_at };
        let same = self.tokens.iter().find(|(_, other)| {
            other.token.kind == kind
                && other.token.user_id == user_token.token.user_id
                && other.token.scopes == user_token.token.scopes
                && other.expires_at == expires_at
                && other.death.is_none()
        });
        if let Some((text, _)) = same {
            return text.clone();
        }
        let token = Token {
            kind,
            lifetime: if long {
                None
            } else {
                user_token.token.lifetime
            },
            ..user_token.token.clone()
        };
        let text = self.issue(token, now);
        if let Some(issued) = self.tokens.get_mut(&text) {
            issued.expires_at = expires_at;
        }
        text
    }
}
