//! What Viber tells of the bot's chats
//! (developers.viber.com/docs/api/rest-bot-api/#callbacks, read 2026-11-22).
//!
//! Airy stores the whole call-back as a message's content, and so do we.

use serde::Deserialize;
use serde_json::value::RawValue;
use switchboard_connector::{
    Delivery, Entry, Inbound, InboundMessage, MessageName, Note, Origin, Profile,
};
use switchboard_domain::{MetadataValue, Receipt, Timestamp};

use super::media;
use super::wire::{Callback, Person, Written};
use crate::inbound_json::{kind, problem};

/// What a delivery says. A call-back tells of one thing, and does not name the account.
pub(crate) fn entries(delivery: Delivery<'_>) -> Vec<Entry> {
    said(delivery)
        .unwrap_or_else(|problem| vec![Inbound::Malformed(problem)])
        .into_iter()
        .map(|what| Entry {
            channel: None,
            what,
        })
        .collect()
}

/// What makes a token of Viber's unique everywhere: Airy derives the message's id from it.
pub(crate) fn global_name(token: &str) -> String {
    format!("viber{token}")
}

/// What a call-back says, or what is wrong with it.
fn said(delivery: Delivery<'_>) -> Result<Vec<Inbound>, String> {
    let text = std::str::from_utf8(delivery.body)
        .map_err(|problem| format!("the body is no UTF-8 after byte {}", problem.valid_up_to()))?;
    let callback: Callback<'_> = serde_json::from_str(text)
        .map_err(|error| format!("the body is no call-back: {}", problem(&error)))?;
    let event: String = part("event", callback.event)?;
    let sent_at: Option<i64> = part("timestamp", callback.timestamp).ok();
    let sent_at = sent_at.map(Timestamp::from_millis);
    let at = sent_at.unwrap_or(delivery.received_at);
    Ok(match event.as_str() {
        "message" => {
            let person = part("sender", callback.sender)?;
            let written = part("message", callback.message)?;
            vec![message(&callback, text, sent_at, (person, Some(written)))?]
        }
        "conversation_started" => {
            let person = part("user", callback.user)?;
            vec![message(&callback, text, sent_at, (person, None))?]
        }
        "delivered" => vec![confirmed(&callback, Receipt::Delivered, at)?],
        "seen" => vec![confirmed(&callback, Receipt::Seen, at)?],
        "failed" => vec![confirmed(&callback, Receipt::Failed, at)?],
        "subscribed" => {
            let person: Person = part("user", callback.user)?;
            let noted = subscription(person.id.clone(), MetadataValue::Bool(true), at);
            let introduced = profile(&person).map(|profile| Inbound::Introduced {
                handle: person.id,
                profile,
                at,
            });
            introduced.into_iter().chain([noted]).collect()
        }
        "unsubscribed" => {
            let handle = part("user_id", callback.user_id)?;
            vec![subscription(handle, MetadataValue::Bool(false), at)]
        }
        "webhook" => vec![Inbound::Nothing(event)],
        _ => vec![Inbound::Unknown(kind(&event))],
    })
}

fn message(
    callback: &Callback<'_>,
    content: &str,
    sent_at: Option<Timestamp>,
    (person, written): (Person, Option<Written>),
) -> Result<Inbound, String> {
    let token = token(callback)?;
    let media = written.as_ref().map(media::links).unwrap_or_default();
    let text = written.and_then(|written| match written.kind.as_str() {
        "url" => written.text.or(written.media),
        _ => written.text,
    });
    Ok(Inbound::Message(Box::new(InboundMessage {
        name: MessageName::Global(global_name(&token)),
        provider_id: Some(token),
        handles: vec![person.id.clone()],
        profile: profile(&person),
        sender: person.id,
        origin: Origin::Contact,
        sent_at,
        content: content.to_owned(),
        text: text.filter(|text| !text.is_empty()),
        media,
        notes: Vec::new(),
        conversation_notes: Vec::new(),
    })))
}

/// Names the message by the token that sending it was answered with. Comes once for each device of the
/// contact.
fn confirmed(callback: &Callback<'_>, receipt: Receipt, at: Timestamp) -> Result<Inbound, String> {
    let reason: Option<String> = part("desc", callback.desc).ok();
    Ok(Inbound::Confirmed {
        target: token(callback)?,
        correlation: None,
        receipt,
        at,
        error: reason.filter(|_| receipt == Receipt::Failed),
    })
}

fn subscription(handle: String, is_subscribed: MetadataValue, at: Timestamp) -> Inbound {
    Inbound::Noted {
        handle,
        notes: vec![Note {
            key: "subscribed".to_owned(),
            value: is_subscribed,
        }],
        at,
    }
}

fn profile(person: &Person) -> Option<Profile> {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let profile = Profile {
        display_name: filled(&person.name),
        avatar_url: filled(&person.avatar),
    };
    (profile != Profile::default()).then_some(profile)
}

/// The digits of the token, whether it is written as a number or as text.
fn token(callback: &Callback<'_>) -> Result<String, String> {
    let raw = callback.message_token.map_or("", RawValue::get);
    let digits = raw.trim_matches('"');
    let is_whole = digits
        .strip_prefix('-')
        .unwrap_or(digits)
        .bytes()
        .all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || !is_whole {
        return Err("message_token is missing or no whole number".to_owned());
    }
    Ok(digits.to_owned())
}

fn part<'a, T: Deserialize<'a>>(name: &str, raw: Option<&'a RawValue>) -> Result<T, String> {
    let raw = raw.ok_or_else(|| format!("{name} is missing"))?;
    serde_json::from_str(raw.get()).map_err(|error| format!("{name}: {}", problem(&error)))
}
