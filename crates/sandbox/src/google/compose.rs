//! What people do in Google's Business Messages, as its webhook told it until 2024-07-31
//! (developers.google.com/business-communications/business-messages/guides/how-to/message/receive, read
//! 2026-11-22).

use std::time::Duration;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use serde_json::{Map, Value, json};
use sha2::Sha512;

use super::Google;
use crate::customers::{Act, Customer, Impossible, Letter, Part, Source};
use crate::media::{self, MediaKind};
use crate::phones::{Ids, Person, Thread, bytes};
use crate::post::{Parcel, Rules};

/// The brand of all agents.
const BRAND: &str = "40bd963f-ff92-425c-b273-8f0892d2d017";
/// How long Google waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the link to a picture works, in milliseconds.
const LINK_LIFE: i64 = 7 * 24 * 60 * 60 * 1000;
pub(super) const MEDIA_PREFIX: &str = "/business-messages-us/";

/// What Google will call the hub with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    pub(crate) body: Value,
    pub(crate) id: String,
}

/// What is said, where and when.
struct Scene<'a> {
    person: &'a Person,
    id: &'a str,
    now: i64,
    url: &'a str,
}

impl Google {
    pub(crate) fn compose(&self, customer: &Customer, act: &Act) -> Result<Letter, Impossible> {
        let now = self.inner.now.millis();
        let state = &mut *self.inner.state.lock();
        let agent = customer.channel.as_str();
        if !state.world.agents.contains(agent) {
            return Err(Impossible::channel(Source::Google, agent));
        }
        // A person is known by the conversation with one agent.
        let person = state.phones.person(customer, agent, uuid);
        let thread = Thread {
            person: &person,
            channel: agent,
        };
        let Ids { id, .. } = state.phones.ids(thread, act, uuid)?;
        let scene = Scene {
            person: &person,
            id: &id,
            now,
            url: &self.inner.url,
        };
        let inside = scene.inside(act)?;
        state.phones.keep(thread, (&id, act), now)?;
        let request = state.phones.next_number();
        let mut body = json!({
            "agent": format!("brands/{BRAND}/agents/{agent}"),
            "conversationId": person.id,
            "customAgentId": agent,
            "requestId": uuid(&format!("request/{request}")),
            "sendTime": time(now),
        });
        if let Some(body) = body.as_object_mut() {
            body.extend(inside);
        }
        let notice = Notice {
            body,
            id: id.clone(),
        };
        Ok(Letter::new(&person, agent, Some(id), Part::Google(notice)))
    }

    /// The call with `notice`; the error tells why there is none.
    pub(crate) fn parcel(&self, notice: &Notice) -> Result<Parcel, String> {
        let hub = self
            .inner
            .hub
            .get()
            .ok_or("the sandbox was not told the hub's address")?;
        let body = notice.body.to_string();
        let signature = sign(&self.partner_key(), &body);
        Ok(Parcel {
            source: Source::Google,
            ids: vec![notice.id.clone()],
            method: Method::POST,
            url: format!("{hub}/google"),
            headers: vec![
                ("content-type", "application/json; charset=utf-8".to_owned()),
                ("x-goog-signature", signature),
            ],
            body: Bytes::from(body),
            rules: Rules::backing_off(
                PATIENCE,
                Duration::from_secs(10),
                Duration::from_hours(7 * 24),
            ),
            fallback: None,
        })
    }
}

impl Scene<'_> {
    /// The one of the kinds of events, and what goes with it.
    fn inside(&self, act: &Act) -> Result<Map<String, Value>, Impossible> {
        let (key, value) = match act {
            Act::Text(text) => ("message", self.message(text)),
            // A picture comes as a text that is its address.
            Act::Media {
                kind: kind @ MediaKind::Image,
                ..
            } => {
                let path = format!("{MEDIA_PREFIX}{}/{}", self.id, kind.sample().name);
                let link = media::link(&path, self.now + LINK_LIFE);
                ("message", self.message(&format!("{}{link}", self.url)))
            }
            Act::Tap { title, payload } => (
                "suggestionResponse",
                json!({
                    "message": self.name(&uuid(&format!("offer/{}", self.id))),
                    "postbackData": payload,
                    "createTime": time(self.now),
                    "text": title,
                    "suggestionType": "REPLY",
                }),
            ),
            Act::Typing => (
                "userStatus",
                json!({"isTyping": true, "createTime": time(self.now)}),
            ),
            Act::AskForPerson => (
                "userStatus",
                json!({"requestedLiveAgent": true, "createTime": time(self.now)}),
            ),
            Act::Delivered { .. } => ("receipts", self.receipt("DELIVERED")),
            Act::Read { .. } => ("receipts", self.receipt("READ")),
            Act::Unknown => ("brandNewEvent", json!({"x": 1})),
            other => return Err(Impossible::kind(Source::Google, other)),
        };
        let mut inside = Map::new();
        inside.insert(key.to_owned(), value);
        if matches!(key, "message" | "suggestionResponse") {
            inside.insert("context".to_owned(), self.context());
        }
        Ok(inside)
    }

    fn message(&self, text: &str) -> Value {
        json!({
            "messageId": self.id,
            "name": self.name(self.id),
            "text": text,
            "createTime": time(self.now),
        })
    }

    fn receipt(&self, kind: &str) -> Value {
        let receipt = json!({"message": self.name(self.id), "receiptType": kind});
        json!({"receipts": [receipt], "createTime": time(self.now)})
    }

    fn name(&self, message: &str) -> String {
        format!("conversations/{}/messages/{message}", self.person.id)
    }

    fn context(&self) -> Value {
        let place = "ChIJj61dQgK6j4AR4GeTYWZsKWw";
        if self.person.hides_profile {
            return json!({"placeId": place});
        }
        json!({
            "placeId": place,
            "userInfo": {"displayName": self.person.name, "userDeviceLocale": "de-DE"},
            "resolvedLocale": "de",
        })
    }
}

/// `X-Goog-Signature`: base64 of the HMAC-SHA512 with the partner key over the body.
fn sign(partner_key: &str, body: &str) -> String {
    // A key of any length is taken, so the constructor cannot fail.
    Hmac::<Sha512>::new_from_slice(partner_key.as_bytes())
        .map(|mac| STANDARD.encode(mac.chain_update(body).finalize().into_bytes()))
        .unwrap_or_default()
}

/// A UUID of a seed.
fn uuid(seed: &str) -> String {
    let text = hex::encode(bytes(seed, 16));
    let mut uuid = String::with_capacity(36);
    for (position, digit) in text.chars().enumerate() {
        if matches!(position, 8 | 12 | 16 | 20) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    uuid
}

/// RFC 3339 with microseconds, in UTC.
fn time(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // Days to a date: the year begins in March, so that the leap day is its last
    // (howardhinnant.github.io/date_algorithms.html, read 2026-11-22).
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = year_of_era + era * 400 + carry;
    let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
    let (second, milli) = (rest / 1_000 % 60, rest % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_google_does() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_676_386_883_045, "2023-02-14T15:01:23.045000Z"),
            (1_795_348_800_000, "2026-11-22T12:00:00.000000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000000Z"),
        ] {
            assert_eq!(time(millis), text);
        }
    }

    #[test]
    fn the_signature_is_base64_of_hmac_sha512() {
        let body = r#"{"agent":"brands/B/agents/A","conversationId":"C","message":{"messageId":"M","text":"Hi"},"sendTime":"2023-02-14T15:01:23Z"}"#;

        assert_eq!(
            sign("gbm-partner-key-EXAMPLE-0001", body),
            "Ky2formg2l++bMs/5HcHSzYEsdhXVV+pQq+S4CVBWmFETFt5Tu70qAbN1wJlsQk1ibWtqHR8vIfzCAgOvnK5jg=="
        );
    }
}
