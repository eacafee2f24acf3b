//! How Viber proves that it calls, and what it is answered.

use http::Method;
use serde::Deserialize;
use switchboard_connector::{Checks, Handshake, RawWebhook, Reply, Settings, Unverified, Verified};

use super::welcome;
use crate::signature;

/// Carries the HMAC-SHA-256 of the body under the bot's token, in hexadecimal digits
/// (developers.viber.com/docs/api/rest-bot-api/#callbacks, read 2026-11-22).
const SIGNATURE: &str = "X-Viber-Content-Signature";

/// The kind of a call-back.
#[derive(Deserialize)]
struct Kind {
    event: String,
}

/// Answers the signed event `webhook`, with which Viber tries an address while `set_webhook` waits
/// (developers.viber.com/docs/api/rest-bot-api/#setting-a-webhook, read 2026-11-22). Comes before any
/// account is connected, so nothing but the signature is looked at.
pub(crate) fn handshake(settings: &Settings, call: &RawWebhook) -> Handshake {
    if call.method != Method::POST {
        return Handshake::Other;
    }
    let header = call.headers.get("x-viber-content-signature");
    let signature = header.and_then(|value| value.to_str().ok());
    let is_signed = settings
        .get("auth_token")
        .zip(signature)
        .is_some_and(|(token, signature)| {
            signature::is_hmac_sha256_hex(token, &call.body, signature)
        });
    if !is_signed {
        return Handshake::Refused;
    }
    match serde_json::from_slice(&call.body) {
        Ok(Kind { event }) if event == "webhook" => Handshake::Answer {
            content_type: "application/json",
            body: "{}".to_owned(),
        },
        _ => Handshake::Other,
    }
}

/// Who opens the chat for the first time is welcomed in the answer; everything else is answered with
/// the status alone.
pub(crate) fn verify(checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
    let token = checks.settings.get("auth_token");
    let token = token.ok_or(Unverified::NotConfigured("sources.viber.auth_token"))?;
    let given = signature::of(call, SIGNATURE)?;
    if !signature::is_hmac_sha256_hex(token, &call.body, given) {
        return Err(Unverified::WrongSignature(SIGNATURE));
    }
    let opens_the_chat = serde_json::from_slice(&call.body)
        .is_ok_and(|Kind { event }| event == "conversation_started");
    let welcome = opens_the_chat
        .then(|| welcome::message(checks.settings))
        // Connecting has refused a message that cannot be sent.
        .and_then(Result::ok)
        .flatten();
    let reply = welcome.map_or_else(Reply::empty, |message| Reply {
        content_type: Some("application/json"),
        body: message.to_string(),
    });
    Ok(Verified {
        source: None,
        reply,
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use switchboard_domain::Secret;

    use super::super::SECTION;
    use super::*;

    const TOKEN: &str = "4453b6ac12345678-e02c5f12174805f9-daec9cbb5448c51f";
    const TRIAL: &str =
        r#"{"event":"webhook","timestamp":1457764197627,"message_token":241256543215}"#;
    const SIGNATURE: &str = "707d4e545f8b4e693ce70df046097d510f76fcee0c49630c23ebb1f73a6be868";

    fn answer_to(method: Method, body: &str, signature: Option<&str>) -> Handshake {
        let settings = Settings::resolve(&SECTION, |_, key| {
            (key == "auth_token").then(|| Secret::new(TOKEN))
        });
        let mut headers = HeaderMap::new();
        if let Some(signature) = signature {
            headers.insert("x-viber-content-signature", signature.parse().unwrap());
        }
        let call = RawWebhook {
            path: "/viber".to_owned(),
            method,
            query: String::new(),
            headers,
            body: body.into(),
        };
        handshake(&settings, &call)
    }

    #[test]
    fn a_signed_trial_is_answered() {
        let answer = answer_to(Method::POST, TRIAL, Some(SIGNATURE));

        assert_eq!(
            answer,
            Handshake::Answer {
                content_type: "application/json",
                body: "{}".to_owned()
            }
        );
    }

    #[test]
    fn a_call_without_the_right_signature_is_refused() {
        let changed = TRIAL.replace("241256543215", "241256543216");
        for (body, signature) in [
            (TRIAL, None),
            (TRIAL, Some("")),
            (TRIAL, Some("zz")),
            (TRIAL, Some(&SIGNATURE[..62])),
            (changed.as_str(), Some(SIGNATURE)),
        ] {
            assert_eq!(answer_to(Method::POST, body, signature), Handshake::Refused);
        }
    }

    #[test]
    fn another_signed_event_is_no_handshake() {
        for body in [r#"{"event":"message"}"#, "not json"] {
            let key = Secret::new(TOKEN);
            let signature = signature::hmac_sha256_hex(&key, body.as_bytes());

            assert_eq!(
                answer_to(Method::POST, body, Some(signature.expose())),
                Handshake::Other
            );
        }
        assert_eq!(answer_to(Method::GET, "", None), Handshake::Other);
    }
}
