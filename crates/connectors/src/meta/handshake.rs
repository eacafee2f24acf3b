//! How Meta proves that a webhook address is ours
//! (developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-11-22).

use http::Method;
use switchboard_connector::{Handshake, RawWebhook, Settings};
use url::form_urlencoded;

/// Answers `GET ?hub.mode=subscribe&hub.challenge=…&hub.verify_token=…` with the challenge, to the
/// letter, for those who know the verify token.
pub(crate) fn handshake(settings: &Settings, call: &RawWebhook) -> Handshake {
    if call.method != Method::GET {
        return Handshake::Other;
    }
    let parameter = |key: &str| {
        form_urlencoded::parse(call.query.as_bytes())
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.into_owned())
    };
    let knows_secret = parameter("hub.verify_token")
        .zip(settings.get("webhook_secret"))
        .is_some_and(|(given, secret)| secret.matches(&given));
    let is_subscribe = parameter("hub.mode").as_deref() == Some("subscribe");
    match parameter("hub.challenge") {
        Some(body) if knows_secret && is_subscribe => Handshake::Answer {
            content_type: "text/plain",
            body,
        },
        _ => Handshake::Refused,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use switchboard_domain::Secret;

    use super::super::PAGES;
    use super::*;

    fn answer_to(method: Method, query: &str, secret: Option<&str>) -> Handshake {
        let settings = Settings::resolve(&PAGES, |_, key| {
            (key == "webhook_secret")
                .then(|| secret.map(Secret::new))
                .flatten()
        });
        let call = RawWebhook {
            path: "/facebook".to_owned(),
            method,
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        };
        handshake(&settings, &call)
    }

    fn to_get(query: &str) -> Handshake {
        answer_to(Method::GET, query, Some("hub-verify-token-42"))
    }

    #[test]
    fn the_challenge_comes_back_to_the_letter() {
        for (sent, challenge) in [
            ("1158201444", "1158201444"),
            ("00012345678901234567890", "00012345678901234567890"),
            ("a%20b%2B%3C", "a b+<"),
        ] {
            let query = format!(
                "hub.mode=subscribe&hub.challenge={sent}&hub.verify_token=hub-verify-token-42"
            );

            assert_eq!(
                to_get(&query),
                Handshake::Answer {
                    content_type: "text/plain",
                    body: challenge.to_owned()
                }
            );
        }
    }

    #[test]
    fn who_does_not_prove_to_be_meta_is_refused() {
        for query in [
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
            "hub.mode=subscribe&hub.challenge=1",
            "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=hub-verify-token-42",
            "hub.challenge=1&hub.verify_token=hub-verify-token-42",
            "hub.mode=subscribe&hub.verify_token=hub-verify-token-42",
            "",
        ] {
            assert_eq!(to_get(query), Handshake::Refused, "{query}");
        }
    }

    #[test]
    fn nobody_is_answered_while_no_secret_is_configured() {
        for token in ["", "&hub.verify_token="] {
            let query = format!("hub.mode=subscribe&hub.challenge=1{token}");

            assert_eq!(answer_to(Method::GET, &query, None), Handshake::Refused);
        }
    }

    #[test]
    fn a_post_is_no_handshake() {
        assert_eq!(
            answer_to(Method::POST, "hub.mode=subscribe", Some("s")),
            Handshake::Other
        );
    }
}
