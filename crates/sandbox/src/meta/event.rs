//! Webhooks of Meta: one event, the body around one or several, its signature and its address.
//!
//! developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-11-22.

use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use super::Meta;
use super::app_subscription::Object;
use super::state::State;
use crate::customers::{Impossible, Source};
use crate::post::{Parcel, Rules};

/// How long Meta waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// One event at an account, not sent yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) object: Object,
    /// A page, an Instagram account or a WhatsApp business account.
    pub(crate) account: String,
    /// The field of the app's subscription that it belongs to.
    pub(crate) field: &'static str,
    /// One of `messaging`, or the `value` of one of `changes`.
    pub(crate) item: Value,
    /// Milliseconds since 1970.
    pub(crate) time: i64,
    /// The provider's id of the message in it.
    pub(crate) id: Option<String>,
}

impl Meta {
    /// The webhook with these events: one body if they are of one kind and go to one address. The inner
    /// error tells why Meta sends nothing.
    pub(crate) fn parcel(&self, events: &[&Event]) -> Result<Result<Parcel, String>, Impossible> {
        let state = self.inner.state.lock();
        let hub = self.inner.hub.get();
        let mut sent: Vec<&Event> = Vec::new();
        let mut address = None;
        let mut refused = "there is nothing to send".to_owned();
        for &event in events {
            match state.address(event, hub.as_deref()) {
                Ok(url) => {
                    let together = sent
                        .first()
                        .is_none_or(|first| first.object == event.object);
                    if !together || address.as_ref().is_some_and(|known| *known != url) {
                        return Err(Impossible::Together);
                    }
                    address = Some(url);
                    sent.push(event);
                }
                Err(why) => refused = why,
            }
        }
        let (Some(url), Some(first)) = (address, sent.first()) else {
            return Ok(Err(refused));
        };
        let body = escaped(&body(first.object, &sent).to_string());
        let signature = format!("sha256={}", sign(&state.app.secret, &body));
        Ok(Ok(Parcel {
            source: source(first.object),
            ids: sent.iter().filter_map(|event| event.id.clone()).collect(),
            method: Method::POST,
            url,
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("x-hub-signature-256", signature),
            ],
            body: Bytes::from(body),
            rules: rules(first.object),
            fallback: None,
        }))
    }
}

const fn source(object: Object) -> Source {
    match object {
        Object::Page => Source::Facebook,
        Object::Instagram => Source::Instagram,
        Object::WhatsApp => Source::WhatsApp,
    }
}

/// Up to 36 hours, and seven days for WhatsApp.
fn rules(object: Object) -> Rules {
    match object {
        Object::Page | Object::Instagram => {
            Rules::backing_off(PATIENCE, Duration::from_secs(1), Duration::from_hours(36))
        }
        Object::WhatsApp => Rules::backing_off(
            PATIENCE,
            Duration::from_secs(5),
            Duration::from_hours(7 * 24),
        ),
    }
}

impl State {
    /// Where an event goes. It goes nowhere unless the app is subscribed to the field *and* the app is
    /// subscribed to the account with that field.
    fn address(&self, event: &Event, hub: Option<&str>) -> Result<String, String> {
        let (object, field) = (event.object, event.field);
        let app = self
            .app_subscriptions
            .get(&object)
            .filter(|app| app.fields.contains(field))
            .ok_or_else(|| format!("the app is not subscribed to {field} of {}", object.name()))?;
        let own = |address: Option<String>| {
            address.ok_or_else(|| "the sandbox was not told the hub's address".to_owned())
        };
        if object == Object::WhatsApp {
            let account = self.waba_subscriptions.get(&event.account).ok_or_else(|| {
                format!("the app is not subscribed to the account {}", event.account)
            })?;
            let other = account.override_callback_uri.clone();
            return own(other.or_else(|| app.address(object, hub)));
        }
        let page = match object {
            Object::Instagram => self
                .page_of_instagram(&event.account)
                .map(|page| page.id.as_str()),
            Object::Page | Object::WhatsApp => Some(event.account.as_str()),
        };
        let page_field = on_page(object, field);
        let is_subscribed = page
            .and_then(|page| self.page_subscriptions.get(page))
            .is_some_and(|fields| fields.contains(page_field));
        if !is_subscribed {
            return Err(format!(
                "the app is not subscribed to {page_field} at the page of {}",
                event.account
            ));
        }
        own(app.address(object, hub))
    }
}

/// The name that a page's subscription has for a field of its Instagram account.
fn on_page(object: Object, field: &'static str) -> &'static str {
    match (object, field) {
        (Object::Instagram, "messaging_seen") => "message_reads",
        (Object::Instagram, "message_edit") => "message_edits",
        (Object::Instagram, "messaging_referral") => "messaging_referrals",
        _ => field,
    }
}

/// The body: events that follow each other at one account share an entry.
fn body(object: Object, events: &[&Event]) -> Value {
    let entries: Vec<Value> = events
        .chunk_by(|one, next| one.account == next.account)
        .map(|events| {
            let account = events.first().map(|event| event.account.as_str());
            if object == Object::WhatsApp {
                let changes: Vec<_> = events
                    .iter()
                    .map(|event| json!({"value": event.item, "field": event.field}))
                    .collect();
                return json!({"id": account, "changes": changes});
            }
            let time = events.iter().map(|event| event.time).max();
            let items: Vec<_> = events.iter().map(|event| &event.item).collect();
            json!({"id": account, "time": time, "messaging": items})
        })
        .collect();
    json!({"object": object.name(), "entry": entries})
}

/// JSON as Meta writes it: `\u` and four lower-case digits for all that is not ASCII, and `\/`. Whoever
/// checks the signature over other bytes than those that came finds that it does not fit.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for sign in json.chars() {
        match sign {
            // In JSON there is no slash outside of strings.
            '/' => text.push_str("\\/"),
            sign if sign.is_ascii() => text.push(sign),
            sign => {
                for unit in sign.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _infallible = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text
}

/// `X-Hub-Signature-256` without its prefix.
fn sign(secret: &str, body: &str) -> String {
    // A key of any length is taken, so the constructor cannot fail.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| hex::encode(mac.chain_update(body).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_is_escaped_and_so_are_slashes() {
        let text = json!({"text": "Grüße 👋 €5 / ok"}).to_string();

        assert_eq!(
            escaped(&text),
            r#"{"text":"Gr\u00fc\u00dfe \ud83d\udc4b \u20ac5 \/ ok"}"#
        );
        assert_eq!(
            serde_json::from_str::<Value>(&escaped(&text)).unwrap()["text"],
            "Grüße 👋 €5 / ok"
        );
    }

    #[test]
    fn the_signature_is_the_hmac_of_the_escaped_body() {
        let secret = "3f1c9a7e5b2d4860a1b2c3d4e5f60718";

        assert_eq!(
            sign(
                secret,
                r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[]}]}"#
            ),
            "53054b5836aca55a2a13b4a09e1083787e272b3396a2009b3b29eb8c0438842c"
        );
        assert_eq!(
            sign(secret, r#"{"text":"Gr\u00fc\u00dfe"}"#),
            "c9f3a90c3a26e55c54c4b73feca72af2b02b71aae99e4f15f5d1148b31763e28"
        );
    }

    #[test]
    fn events_of_one_account_share_an_entry_and_others_do_not() {
        let event = |account: &str, text: &str| Event {
            object: Object::Page,
            account: account.to_owned(),
            field: "messages",
            item: json!(text),
            time: 7,
            id: None,
        };
        let events = [event("1", "a"), event("1", "b"), event("2", "c")];
        let events: Vec<&Event> = events.iter().collect();

        assert_eq!(
            body(Object::Page, &events),
            json!({"object": "page", "entry": [
                {"id": "1", "time": 7, "messaging": ["a", "b"]},
                {"id": "2", "time": 7, "messaging": ["c"]},
            ]})
        );
    }
}
