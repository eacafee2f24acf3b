//! Setting the webhook: Viber calls the address before it takes it
//! (developers.viber.com/docs/api/rest-bot-api, "Webhooks", read 2026-11-22).

use hmac::{Hmac, KeyInit, Mac};
use http::StatusCode;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use url::Url;

use super::Viber;
use super::status::Refused;
use super::world::Webhook;
use crate::outgoing::{WEBHOOK_TIMEOUT, is_callable};

/// The events that can be asked for.
const EVENT_TYPES: &[&str] = &[
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
];

/// What `set_webhook` asks for; `None` removes the webhook.
pub(crate) fn read(body: &Map<String, Value>) -> Result<Option<Webhook>, Refused> {
    let text = match body.get("url") {
        None | Some(Value::Null) => return Err(Refused::MissingData),
        Some(Value::String(text)) => text,
        Some(_) => return Err(Refused::BadData),
    };
    if text.is_empty() {
        return Ok(None);
    }
    if !Url::parse(text).is_ok_and(|url| is_callable(&url)) {
        return Err(Refused::InvalidUrl);
    }
    let switch = |name: &str| match body.get(name) {
        None => Ok(false),
        Some(Value::Bool(on)) => Ok(*on),
        Some(_) => Err(Refused::BadData),
    };
    Ok(Some(Webhook {
        url: text.clone(),
        event_types: event_types(body.get("event_types"))?,
        send_name: switch("send_name")?,
        send_photo: switch("send_photo")?,
    }))
}

fn event_types(asked: Option<&Value>) -> Result<Vec<String>, Refused> {
    match asked {
        None | Some(Value::Null) => Ok(EVENT_TYPES.iter().map(|&name| name.to_owned()).collect()),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| match name.as_str() {
                Some(name) if EVENT_TYPES.contains(&name) => Ok(name.to_owned()),
                _ => Err(Refused::BadData),
            })
            .collect(),
        Some(_) => Err(Refused::BadData),
    }
}

impl Viber {
    /// Takes the webhook if its address answers the event `webhook` with 200.
    pub(crate) async fn set_webhook(&self, wanted: Option<Webhook>) -> Result<Value, Refused> {
        let Some(wanted) = wanted else {
            self.inner.state.lock().account.webhook = None;
            return Ok(json!({"status": 0, "status_message": "ok"}));
        };
        if !self.answers(&wanted.url).await {
            return Err(Refused::InvalidUrl);
        }
        let answer = json!({
            "status": 0,
            "status_message": "ok",
            "chat_hostname": super::CHAT_HOSTNAME,
            "event_types": wanted.event_types,
        });
        self.inner.state.lock().account.webhook = Some(wanted);
        Ok(answer)
    }

    async fn answers(&self, url: &str) -> bool {
        let (body, signature) = {
            let mut state = self.inner.state.lock();
            state.last_message_token += 1;
            let body = json!({
                "event": "webhook",
                "timestamp": self.inner.now.millis(),
                "chat_hostname": super::CHAT_HOSTNAME,
                "message_token": state.last_message_token,
            })
            .to_string();
            let signature = sign(&state.account.auth_token, &body);
            (body, signature)
        };
        let answer = self
            .inner
            .client
            .post(url)
            .timeout(WEBHOOK_TIMEOUT)
            .header("Content-Type", "application/json")
            .header("X-Viber-Content-Signature", signature)
            .body(body)
            .send()
            .await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }
}

/// `X-Viber-Content-Signature`: lower-case hexadecimal HMAC-SHA256 with the auth token over the body.
pub(super) fn sign(auth_token: &str, body: &str) -> String {
    // A key of any length is taken, so the constructor cannot fail.
    Hmac::<Sha256>::new_from_slice(auth_token.as_bytes())
        .map(|mac| hex::encode(mac.chain_update(body).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_documentation_s_example() {
        let body = r#"{"event":"webhook","timestamp":1457764197627,"message_token":241256543215}"#;

        assert_eq!(
            sign("4453b6ac12345678-e02c5f12174805f9-daec9cbb5448c51f", body),
            "707d4e545f8b4e693ce70df046097d510f76fcee0c49630c23ebb1f73a6be868"
        );
    }
}
