//! How Google Business Messages proves that it calls.

use http::Method;
use serde::Deserialize;
use switchboard_connector::{Checks, Handshake, RawWebhook, Reply, Settings, Unverified, Verified};

use crate::signature;

/// Carries the HMAC-SHA-512 of the body under the partner key, in base64
/// (developers.google.com/business-communications/business-messages/guides/how-to/message/receive,
/// read 2026-11-22).
const SIGNATURE: &str = "X-Goog-Signature";

/// The call with which Google tries a new webhook.
#[derive(Deserialize)]
struct Trial {
    #[serde(rename = "clientToken")]
    client_token: String,
    secret: String,
}

/// Answers `{"clientToken", "secret"}` with the secret as plain text, for those who know the
/// client token, which is the partner key where nobody has configured another (developers.google.com/business-communications/business-messages/guides/how-to/integrate/webhook,
/// read 2026-11-22). Google does not sign the call.
pub(crate) fn handshake(settings: &Settings, call: &RawWebhook) -> Handshake {
    if call.method != Method::POST {
        return Handshake::Other;
    }
    let Ok(Trial {
        client_token,
        secret,
    }) = serde_json::from_slice(&call.body)
    else {
        return Handshake::Other;
    };
    let ours = settings
        .get("client_token")
        .or_else(|| settings.get("partner_key"));
    if !ours.is_some_and(|ours| ours.matches(&client_token)) {
        return Handshake::Refused;
    }
    Handshake::Answer {
        content_type: "text/plain",
        body: secret,
    }
}

pub(crate) fn verify(checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
    let key = checks.settings.get("partner_key");
    let key = key.ok_or(Unverified::NotConfigured("sources.google.partner_key"))?;
    let given = signature::of(call, SIGNATURE)?;
    if signature::is_hmac_sha512_base64(key, &call.body, given) {
        return Ok(Verified {
            source: None,
            reply: Reply::empty(),
        });
    }
    Err(Unverified::WrongSignature(SIGNATURE))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use switchboard_domain::Secret;

    use super::super::SECTION;
    use super::*;

    fn answer_to(method: Method, body: &str, partner_key: Option<&str>) -> Handshake {
        let given: Vec<_> = partner_key
            .map(|key| ("partner_key", key))
            .into_iter()
            .collect();
        answer_with(&given, method, body)
    }

    fn answer_with(given: &[(&str, &str)], method: Method, body: &str) -> Handshake {
        let settings = Settings::resolve(&SECTION, |_, key| {
            let found = given.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| Secret::new(*value))
        });
        let call = RawWebhook {
            path: "/google".to_owned(),
            method,
            query: String::new(),
            headers: HeaderMap::new(),
            body: body.into(),
        };
        handshake(&settings, &call)
    }

    const TRIAL: &str = r#"{"clientToken":"partner-key","secret":"0123456789"}"#;

    #[test]
    fn the_secret_comes_back_as_plain_text() {
        assert_eq!(
            answer_to(Method::POST, TRIAL, Some("partner-key")),
            Handshake::Answer {
                content_type: "text/plain",
                body: "0123456789".to_owned()
            }
        );
    }

    #[test]
    fn who_does_not_know_the_partner_key_is_refused() {
        assert_eq!(
            answer_to(Method::POST, TRIAL, Some("another")),
            Handshake::Refused
        );
        assert_eq!(answer_to(Method::POST, TRIAL, None), Handshake::Refused);
        let blank = r#"{"clientToken":"","secret":"1"}"#;
        assert_eq!(answer_to(Method::POST, blank, None), Handshake::Refused);
    }

    #[test]
    fn a_client_token_of_its_own_takes_the_place_of_the_partner_key() {
        let given = [("partner_key", "another"), ("client_token", "partner-key")];
        let swapped = [("partner_key", "partner-key"), ("client_token", "another")];

        assert!(matches!(
            answer_with(&given, Method::POST, TRIAL),
            Handshake::Answer { .. }
        ));
        assert_eq!(
            answer_with(&swapped, Method::POST, TRIAL),
            Handshake::Refused
        );
    }

    #[test]
    fn everything_else_is_no_handshake() {
        for body in [
            "",
            "[]",
            r#"{"clientToken":"partner-key"}"#,
            r#"{"secret":"1"}"#,
            r#"{"agent":"a"}"#,
        ] {
            assert_eq!(
                answer_to(Method::POST, body, Some("partner-key")),
                Handshake::Other,
                "{body}"
            );
        }
        assert_eq!(
            answer_to(Method::GET, TRIAL, Some("partner-key")),
            Handshake::Other
        );
    }
}
