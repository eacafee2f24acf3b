//! WhatsApp senders, on `messaging.twilio.com`: JSON bodies, absolute next pages
//! (www.twilio.com/docs/whatsapp/api/senders, read 2026-11-22).

use serde_json::{Map, Value, json};

use super::numbers::check_url;
use super::paging::{Window, parameter};
use super::refusal::TwilioError;
use super::world::{SenderState, SenderWebhook, TwilioWorld};
use crate::exchange::Request;

const DEFAULT_PAGE_SIZE: usize = 50;

/// `/v2/Channels/Senders?Channel=whatsapp`. `base` is the host's own address.
pub(crate) fn list(
    world: &TwilioWorld,
    request: &Request,
    base: &str,
) -> Result<Value, TwilioError> {
    match parameter(request, "Channel").as_deref() {
        Some("whatsapp") => {}
        Some(other) => {
            return Err(TwilioError::parameter(format!(
                "Channel is invalid: {other}"
            )));
        }
        None => return Err(TwilioError::parameter("Channel is required")),
    }
    let window = Window::read(request, DEFAULT_PAGE_SIZE)?;
    let senders: Vec<_> = world.senders.iter().collect();
    let kept = [("Channel", "whatsapp")];
    let (shown, next) = window.cut(&senders, |(_, state)| state.sid.as_str(), &kept)?;
    let here = format!("{base}{}", request.path());
    let page = |number: usize| {
        format!(
            "{here}?Channel=whatsapp&PageSize={}&Page={number}",
            window.page_size
        )
    };
    let shown: Vec<_> = shown
        .into_iter()
        .map(|(sender_id, state)| show(base, sender_id, state))
        .collect();
    Ok(json!({
        "senders": shown,
        "meta": {
            "page": window.page,
            "page_size": window.page_size,
            "first_page_url": page(0),
            "previous_page_url": null,
            "url": page(window.page),
            "next_page_url": next.map(|query| format!("{here}?{query}")),
            "key": "senders",
        },
    }))
}

/// `/v2/Channels/Senders/{XE}`.
pub(crate) fn get(
    world: &TwilioWorld,
    sid: &str,
    (path, base): (&str, &str),
) -> Result<Value, TwilioError> {
    let (sender_id, state) = world
        .senders
        .iter()
        .find(|(_, state)| state.sid == sid)
        .ok_or_else(|| TwilioError::not_found(path))?;
    Ok(show(base, sender_id, state))
}

/// Changes what the JSON names, or nothing. Twilio accepts, and applies it in its own time.
pub(crate) fn update(
    world: &mut TwilioWorld,
    sid: &str,
    request: &Request,
    base: &str,
) -> Result<Value, TwilioError> {
    let (sender_id, state) = world
        .senders
        .iter_mut()
        .find(|(_, state)| state.sid == sid)
        .ok_or_else(|| TwilioError::not_found(request.path()))?;
    if request.media_type() != "application/json" {
        return Err(TwilioError::media_type(&request.media_type()));
    }
    let Some(Value::Object(body)) = request.json() else {
        return Err(TwilioError::parameter("The body is not a JSON object"));
    };
    let mut changed = state.clone();
    for (name, value) in &body {
        match (name.as_str(), value) {
            ("webhook", Value::Object(webhook)) => set_webhook(&mut changed.webhook, webhook)?,
            ("profile", Value::Object(profile)) => set_profile(&mut changed, profile)?,
            _ => {
                return Err(TwilioError::parameter(format!("Invalid parameter: {name}")));
            }
        }
    }
    *state = changed;
    Ok(show(base, sender_id, state))
}

fn set_webhook(
    webhook: &mut SenderWebhook,
    wanted: &Map<String, Value>,
) -> Result<(), TwilioError> {
    for (name, value) in wanted {
        let field = match name.as_str() {
            "callback_url" => &mut webhook.callback_url,
            "callback_method" => &mut webhook.callback_method,
            "fallback_url" => &mut webhook.fallback_url,
            "fallback_method" => &mut webhook.fallback_method,
            "status_callback_url" => &mut webhook.status_callback_url,
            "status_callback_method" => &mut webhook.status_callback_method,
            _ => {
                return Err(TwilioError::parameter(format!(
                    "Invalid parameter: webhook.{name}"
                )));
            }
        };
        let text = match value {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            _ => {
                return Err(TwilioError::parameter(format!(
                    "webhook.{name} is not a string"
                )));
            }
        };
        match &text {
            Some(text) if name.ends_with("_url") => check_url(name, text)?,
            Some(text) if !matches!(text.as_str(), "POST" | "PUT") => {
                return Err(TwilioError::url_method(name, text));
            }
            _ => {}
        }
        *field = text;
    }
    Ok(())
}

fn set_profile(state: &mut SenderState, wanted: &Map<String, Value>) -> Result<(), TwilioError> {
    for (name, value) in wanted {
        match (name.as_str(), value) {
            ("name", Value::String(text)) => text.clone_into(&mut state.name),
            _ => {
                return Err(TwilioError::parameter(format!(
                    "Invalid parameter: profile.{name}"
                )));
            }
        }
    }
    Ok(())
}

fn show(base: &str, sender_id: &str, state: &SenderState) -> Value {
    json!({
        "sid": state.sid,
        "status": state.status,
        "sender_id": sender_id,
        "configuration": {"waba_id": null},
        "webhook": state.webhook,
        "profile": {"name": state.name},
        "properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
        "offline_reasons": null,
        "url": format!("{base}/v2/Channels/Senders/{}", state.sid),
    })
}
