//! Visitors of a web site, in the hub's own chat: they call the hub as its widget does.

use std::collections::BTreeMap;
use std::fmt;

use axum::body::Bytes;
use http::Method;
use parking_lot::Mutex;
use serde_json::{Value, json};
use switchboard_domain::{ChannelId, SourceChannelId};

use super::{Act, Customer, Impossible, Letter, Outcome, Part, Source};
use crate::hub::HubAddress;
use crate::outgoing::WEBHOOK_TIMEOUT;
use crate::phones::{Ids, Phones, Thread, bytes};
use crate::post::{Again, Parcel, Rules};

/// The visitors' browsers.
pub(crate) struct Visitors {
    hub: HubAddress,
    pub(crate) phones: Mutex<Phones>,
    /// The token of each conversation, by channel and visitor.
    tokens: Mutex<BTreeMap<(String, String), String>>,
}

/// Without the tokens.
impl fmt::Debug for Visitors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitors").finish_non_exhaustive()
    }
}

impl Visitors {
    pub(crate) fn new(hub: HubAddress) -> Self {
        Self {
            hub,
            phones: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    pub(crate) fn compose(
        &self,
        customer: &Customer,
        act: &Act,
        now: i64,
    ) -> Result<Letter, Impossible> {
        let message = match act {
            Act::Text(text) => json!({"text": text}),
            Act::Tap { title, payload } => json!({"text": title, "postbackData": payload}),
            other => return Err(Impossible::kind(Source::Chatplugin, other)),
        };
        let channel = channel_id(&customer.channel);
        let mut phones = self.phones.lock();
        let person = phones.person(customer, &channel, |seed| {
            format!("visitor-{}", hex::encode(bytes(seed, 6)))
        });
        let thread = Thread {
            person: &person,
            channel: &channel,
        };
        let Ids { id, .. } = phones.ids(thread, act, |seed| hex::encode(bytes(seed, 8)))?;
        phones.keep(thread, (&id, act), now)?;
        // The hub gives the message its id.
        Ok(Letter::new(&person, &channel, None, Part::Visitor(message)))
    }

    /// The call that begins a conversation; `None` if there is a token already.
    pub(crate) fn authenticate(&self, letter: &Letter) -> Result<Option<Parcel>, String> {
        if self.tokens.lock().contains_key(&key(letter)) {
            return Ok(None);
        }
        let body = json!({"channel_id": letter.channel});
        self.call("chatplugin.authenticate", None, &body).map(Some)
    }

    /// Keeps the token that the hub has given. The error tells why there is none.
    pub(crate) fn take_token(&self, letter: &Letter, outcome: &Outcome) -> Result<(), Outcome> {
        let token = match outcome {
            Outcome::Answered { body, .. } if outcome.is_accepted() => {
                let answer: Value = serde_json::from_str(body).unwrap_or_default();
                answer
                    .get("token")
                    .and_then(Value::as_str)
                    .map(ToOwned::to_owned)
            }
            other => return Err(other.clone()),
        };
        let Some(token) = token else {
            return Err(Outcome::NoAnswer {
                why: "the hub answered chatplugin.authenticate without a token".to_owned(),
            });
        };
        self.tokens.lock().insert(key(letter), token);
        Ok(())
    }

    /// The call that says something.
    pub(crate) fn say(&self, letter: &Letter, message: &Value) -> Result<Parcel, String> {
        let token = self.tokens.lock().get(&key(letter)).cloned();
        self.call("chatplugin.send", token, &json!({"message": message}))
    }

    /// The browser forgets a token that the hub does not take any more.
    pub(crate) fn forget_token(&self, letter: &Letter) {
        self.tokens.lock().remove(&key(letter));
    }

    fn call(&self, path: &str, token: Option<String>, body: &Value) -> Result<Parcel, String> {
        let hub = self
            .hub
            .get()
            .ok_or("the sandbox was not told the hub's address")?;
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(token) = token {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        Ok(Parcel {
            source: Source::Chatplugin,
            ids: Vec::new(),
            method: Method::POST,
            url: format!("{hub}/{path}"),
            headers,
            body: Bytes::from(body.to_string()),
            // A browser tells the visitor that it did not work.
            rules: Rules {
                patience: WEBHOOK_TIMEOUT,
                pauses: Vec::new(),
                again: Again::Unanswered,
                judge: |_, _| None,
            },
            fallback: None,
        })
    }
}

fn key(letter: &Letter) -> (String, String) {
    (letter.channel.clone(), letter.customer_id.clone())
}

/// The channel's id; one that was named by its name has the id that the hub derives of it.
fn channel_id(channel: &str) -> String {
    if channel.parse::<ChannelId>().is_ok() {
        return channel.to_owned();
    }
    let source = switchboard_domain::Source::named("chatplugin");
    ChannelId::derive(&source, &SourceChannelId::new(channel)).to_string()
}
