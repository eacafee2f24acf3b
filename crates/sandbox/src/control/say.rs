//! `POST /sandbox.say`: a customer does something.
//!
//! `{"source": "facebook", "text": "hello", "from": "Grace Hopper", "channel": "fb-page-id-2",
//! "kind": "text", "repeat": 1}`: only `source` is needed, and for most kinds `text`. Other kinds take
//! `to` (the id of a message, or the last one), `title` and `payload` (what is tapped), `emoji`,
//! `latitude` and `longitude`, `reference` (of a link), `number` (the new one). `hide_number`,
//! `hide_profile` and `username` say what the provider tells about the person.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refused, refused};
use crate::customers::{Act, Customer, Customers, Outcome, Said, Source};
use crate::media::MediaKind;

/// More copies than anybody needs to see what a hub makes of them.
const MOST_COPIES: usize = 1000;

/// What a customer is to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SayRequest {
    source: String,
    text: Option<String>,
    from: Option<String>,
    channel: Option<String>,
    kind: Option<String>,
    repeat: Option<usize>,
    to: Option<String>,
    title: Option<String>,
    payload: Option<String>,
    emoji: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    reference: Option<String>,
    number: Option<String>,
    username: Option<String>,
    #[serde(default)]
    hide_number: bool,
    #[serde(default)]
    hide_profile: bool,
}

/// Every kind, by the name that its act gives itself.
const KINDS: &[&str] = &[
    "text",
    "reply",
    "image",
    "audio",
    "video",
    "file",
    "quick_reply",
    "postback",
    "reaction",
    "reaction_removed",
    "edit",
    "unsend",
    "delivered",
    "read",
    "failed",
    "location",
    "sticker",
    "referral",
    "opt_in",
    "story_mention",
    "typing",
    "ask_for_person",
    "conversation_started",
    "subscribed",
    "unsubscribed",
    "number_change",
    "stop",
    "unsupported",
    "unknown",
];

pub(super) async fn say(
    State(customers): State<Arc<Customers>>,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let request: SayRequest =
        serde_json::from_slice(&body).map_err(|error| refused(&error.to_string()))?;
    let source: Source = request
        .source
        .parse()
        .map_err(|error: String| refused(&error))?;
    let act = request.act()?;
    let copies = request.repeat.unwrap_or(1);
    if !(1..=MOST_COPIES).contains(&copies) {
        return Err(refused(&format!(
            "repeat must be between 1 and {MOST_COPIES}, got {copies}"
        )));
    }
    let letter = customers
        .prepare(&request.customer(source), &act)
        .map_err(|impossible| refused(&impossible.to_string()))?;
    let mut said = customers.send(&letter).await;
    for _copy in 1..copies {
        said = customers.send(&letter).await;
    }
    Ok(Json(shown(&said)))
}

impl SayRequest {
    fn customer(&self, source: Source) -> Customer {
        let mut customer = Customer::of(source);
        if let Some(from) = &self.from {
            customer = customer.named(from);
        }
        if let Some(channel) = &self.channel {
            customer = customer.on(channel);
        }
        if let Some(username) = &self.username {
            customer = customer.with_username(username);
        }
        if self.hide_number {
            customer = customer.hiding_number();
        }
        if self.hide_profile {
            customer = customer.hiding_profile();
        }
        customer
    }

    fn act(&self) -> Result<Act, Refused> {
        let kind = self.kind.as_deref().unwrap_or("text");
        let to = self.to.clone();
        let media = |kind| Act::Media {
            kind,
            caption: self.text.clone(),
        };
        let title = || {
            self.title
                .clone()
                .or_else(|| self.text.clone())
                .unwrap_or_else(|| "Yes".to_owned())
        };
        let payload = || self.payload.clone().unwrap_or_else(|| "YES".to_owned());
        Ok(match kind {
            "text" => Act::Text(self.words()?),
            "reply" => Act::Reply {
                to,
                text: self.words()?,
            },
            "image" => media(MediaKind::Image),
            "audio" => media(MediaKind::Audio),
            "video" => media(MediaKind::Video),
            "file" => media(MediaKind::File),
            "quick_reply" => Act::Tap {
                title: title(),
                payload: payload(),
            },
            "postback" => Act::Postback {
                title: title(),
                payload: payload(),
            },
            "reaction" => Act::React {
                to,
                emoji: self.emoji.clone().unwrap_or_else(|| "👍".to_owned()),
            },
            "reaction_removed" => Act::Unreact { to },
            "edit" => Act::Edit {
                of: to,
                text: self.words()?,
            },
            "unsend" => Act::Unsend { of: to },
            "delivered" => Act::Delivered { of: to },
            "read" => Act::Read { of: to },
            "failed" => Act::Failed { of: to },
            other => return self.rarer_act(other),
        })
    }

    fn rarer_act(&self, kind: &str) -> Result<Act, Refused> {
        Ok(match kind {
            "location" => Act::Location {
                latitude: self.latitude.unwrap_or(52.520_008),
                longitude: self.longitude.unwrap_or(13.404_954),
            },
            "sticker" => Act::Sticker,
            "referral" => Act::Referral {
                reference: self
                    .reference
                    .clone()
                    .unwrap_or_else(|| "newsletter-42".to_owned()),
            },
            "opt_in" => Act::OptIn,
            "story_mention" => Act::StoryMention,
            "typing" => Act::Typing,
            "ask_for_person" => Act::AskForPerson,
            "conversation_started" => Act::Start,
            "subscribed" => Act::Subscribe,
            "unsubscribed" => Act::Unsubscribe,
            "number_change" => Act::ChangeNumber {
                to: self
                    .number
                    .clone()
                    .or_else(|| self.text.clone())
                    .ok_or_else(|| {
                        refused("number_change needs \"number\", the new one: \"+4915799999999\"")
                    })?,
            },
            "stop" => Act::Stop,
            "unsupported" => Act::Unsupported,
            "unknown" => Act::Unknown,
            other => {
                return Err(refused(&format!(
                    "kind \"{other}\" does not exist; use one of {}",
                    KINDS.join(", ")
                )));
            }
        })
    }

    fn words(&self) -> Result<String, Refused> {
        let text = self.text.clone().filter(|text| !text.is_empty());
        text.ok_or_else(|| refused("\"text\" is missing: what the customer writes"))
    }
}

fn shown(said: &Said) -> Value {
    let (outcome, why) = match &said.outcome {
        Outcome::Answered { body, .. } if !said.is_accepted() => ("refused", Some(body)),
        Outcome::Answered { .. } => ("accepted", None),
        Outcome::NoAnswer { why } => ("no_answer", Some(why)),
        Outcome::NotSent { why } => ("not_sent", Some(why)),
    };
    json!({
        "message_id": said.id,
        "source": said.source.name(),
        "channel": said.channel,
        "customer": {"id": said.customer_id, "name": said.customer_name},
        "outcome": outcome,
        "status": said.status(),
        "why": why,
    })
}
