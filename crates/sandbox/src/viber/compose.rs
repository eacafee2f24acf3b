//! What people do in Viber, as call-backs tell it
//! (developers.viber.com/docs/api/rest-bot-api/#callbacks, read 2026-11-22).

use std::time::Duration;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::{Map, Value, json};

use super::webhook::sign;
use super::{CHAT_HOSTNAME, State, Viber, Webhook};
use crate::customers::{Act, Customer, Impossible, Letter, Part, Source};
use crate::media::{self, MediaKind, Sample};
use crate::outgoing::WEBHOOK_TIMEOUT;
use crate::phones::{Ids, Person, Thread, bytes};
use crate::post::{Parcel, Rules};

/// How long the link to a file works, in milliseconds.
const LINK_LIFE: i64 = 60 * 60 * 1000;
pub(super) const MEDIA_PREFIX: &str = "/media/";

/// What Viber will call the hub with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Callback {
    pub(crate) event: &'static str,
    pub(crate) body: Value,
    pub(crate) token: String,
}

impl Viber {
    pub(crate) fn compose(&self, customer: &Customer, act: &Act) -> Result<Letter, Impossible> {
        let now = self.inner.now.millis();
        let state = &mut *self.inner.state.lock();
        let channel = state.account.id.clone();
        if customer.channel != channel {
            return Err(Impossible::channel(Source::Viber, &customer.channel));
        }
        let person = state.phones.person(customer, "", user_id);
        let thread = Thread {
            person: &person,
            channel: &channel,
        };
        let next = state.last_message_token + 1;
        let Ids { id: token, .. } = state.phones.ids(thread, act, |_seed| next.to_string())?;
        let (event, inside) = self.inside(act, (&person, &token, now))?;
        let number: u64 = token.parse().map_err(|_not_a_number| Impossible::Message {
            kind: act.kind(),
            id: Some(token.clone()),
        })?;
        if number == next {
            state.last_message_token = next;
        }
        state.phones.keep(thread, (&token, act), now)?;
        let mut body = json!({
            "event": event,
            "timestamp": now,
            "chat_hostname": CHAT_HOSTNAME,
            "message_token": number,
        });
        if let (Some(body), Value::Object(inside)) = (body.as_object_mut(), inside) {
            body.extend(inside);
        }
        let callback = Callback {
            event,
            body,
            token: token.clone(),
        };
        Ok(Letter::new(
            &person,
            &channel,
            Some(token),
            Part::Viber(callback),
        ))
    }

    /// The event, and what its call-back has besides what all have.
    fn inside(
        &self,
        act: &Act,
        (person, token, now): (&Person, &str, i64),
    ) -> Result<(&'static str, Value), Impossible> {
        let user_id = || json!({"user_id": person.id});
        let started = |subscribed: bool| {
            json!({
                "type": "open",
                "context": "context information",
                "user": self.user(person, now),
                "subscribed": subscribed,
            })
        };
        Ok(match act {
            Act::Start => ("conversation_started", started(false)),
            Act::Subscribe => ("subscribed", json!({"user": self.user(person, now)})),
            Act::Unsubscribe => ("unsubscribed", user_id()),
            Act::Delivered { .. } => ("delivered", user_id()),
            Act::Read { .. } => ("seen", user_id()),
            Act::Failed { .. } => (
                "failed",
                json!({"user_id": person.id, "desc": "failure description"}),
            ),
            Act::Unknown => ("brand_new_event", json!({"x": 1})),
            act => {
                let message = self.message(act, token, now)?;
                let sender = self.user(person, now);
                let inside = json!({"sender": sender, "message": message, "silent": false});
                ("message", inside)
            }
        })
    }

    fn message(&self, act: &Act, token: &str, now: i64) -> Result<Value, Impossible> {
        Ok(match act {
            Act::Text(text) => json!({"type": "text", "text": text}),
            Act::Media { kind, caption } => {
                let sample = kind.sample();
                let media = self.link(sample, token, now);
                let thumbnail = self.link(MediaKind::Image.sample(), token, now);
                let size = sample.bytes.len();
                match kind {
                    MediaKind::Image => json!({
                        "type": "picture",
                        "media": media,
                        "thumbnail": thumbnail,
                        "text": caption.as_deref().unwrap_or_default(),
                        "file_name": sample.name,
                        "size": size,
                    }),
                    MediaKind::Video => json!({
                        "type": "video",
                        "media": media,
                        "thumbnail": thumbnail,
                        "duration": 10,
                        "size": size,
                    }),
                    MediaKind::File => json!({
                        "type": "file",
                        "media": media,
                        "file_name": sample.name,
                        "size": size,
                    }),
                    MediaKind::Audio => return Err(Impossible::kind(Source::Viber, act)),
                }
            }
            Act::Location {
                latitude,
                longitude,
            } => json!({"type": "location", "location": {"lat": latitude, "lon": longitude}}),
            Act::Sticker => json!({
                "type": "sticker",
                "sticker_id": "40133",
                "media": self.link(MediaKind::Image.sample(), token, now),
            }),
            other => return Err(Impossible::kind(Source::Viber, other)),
        })
    }

    fn link(&self, sample: Sample, token: &str, now: i64) -> String {
        let path = format!("{MEDIA_PREFIX}{token}/{}", sample.name);
        format!("{}{}", self.inner.url, media::link(&path, now + LINK_LIFE))
    }

    /// The person. Name and picture may be left out when the call-back is sent.
    fn user(&self, person: &Person, now: i64) -> Value {
        let avatar = self.link(Sample::portrait(), &person.id.replace(['/', '+'], "-"), now);
        json!({
            "id": person.id,
            "name": person.name,
            "avatar": avatar,
            "country": "DE",
            "language": "en",
            "api_version": 10,
        })
    }

    /// The call with `callback`; the error tells why there is none.
    pub(crate) fn parcel(&self, callback: &Callback) -> Result<Parcel, String> {
        let state = self.inner.state.lock();
        let webhook = state.account.webhook.as_ref().ok_or("no webhook is set")?;
        let event = callback.event;
        let is_wanted = webhook.event_types.iter().any(|wanted| wanted == event);
        // Messages, and what nobody knows yet, come unasked.
        if !is_wanted && !matches!(event, "message" | "brand_new_event") {
            return Err(format!("the webhook was set without the event {event}"));
        }
        let mut body = callback.body.clone();
        for who in ["sender", "user"] {
            if let Some(user) = body.get_mut(who).and_then(Value::as_object_mut) {
                webhook.show(user);
            }
        }
        let body = body.to_string();
        Ok(Parcel {
            source: Source::Viber,
            ids: vec![callback.token.clone()],
            method: Method::POST,
            url: webhook.url.clone(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                (
                    "x-viber-content-signature",
                    sign(&state.account.auth_token, &body),
                ),
            ],
            body: Bytes::from(body),
            // Several times within an hour.
            rules: Rules::backing_off(
                WEBHOOK_TIMEOUT,
                Duration::from_mins(1),
                Duration::from_hours(1),
            ),
            fallback: None,
        })
    }

    /// What the hub answered to `conversation_started`: nothing, or one welcome message, which arrives.
    pub(crate) fn welcome(&self, letter: &Letter, answer: &str) {
        if answer.trim().is_empty() {
            return;
        }
        let message: Option<Map<String, Value>> = serde_json::from_str(answer).ok();
        match message {
            Some(message) if message.is_empty() => {}
            Some(message) if message.get("type").is_some_and(Value::is_string) => {
                let text = message.get("text").and_then(Value::as_str);
                let now = self.inner.now.millis();
                let State {
                    phones,
                    last_message_token,
                    ..
                } = &mut *self.inner.state.lock();
                *last_message_token += 1;
                let id = last_message_token.to_string();
                let person = phones.by_id(&letter.customer_id).cloned();
                if let Some(person) = person {
                    let thread = Thread {
                        person: &person,
                        channel: &letter.channel,
                    };
                    phones.receive(thread, &id, text, now);
                }
            }
            _ => self.desk.complain(
                "the answer to conversation_started is neither empty nor a message, so nobody is welcomed",
            ),
        }
    }
}

impl Webhook {
    fn show(&self, user: &mut Map<String, Value>) {
        if !self.send_name {
            user.remove("name");
        }
        if !self.send_photo {
            user.remove("avatar");
        }
    }
}

/// 16 bytes in base64.
fn user_id(seed: &str) -> String {
    STANDARD.encode(bytes(seed, 16))
}
