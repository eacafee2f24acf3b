//! How Twilio proves that it calls, and what it is answered
//! (twilio.com/docs/usage/security#validating-requests, read 2026-11-22).

use sha2::{Digest, Sha256};
use switchboard_connector::{Checks, RawWebhook, Reply, Unverified, Verified};
use switchboard_domain::Source;
use url::{Url, form_urlencoded};

use super::form::Form;
use crate::signature;

/// Carries the HMAC-SHA-1 of address and parameters under the auth token, in base64.
const SIGNATURE: &str = "X-Twilio-Signature";

/// Nothing to do. Twilio would send an answer in plain text to the contact.
const NO_INSTRUCTIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

/// Twilio signs the address that it was told to call. What it was told begins with the configured
/// address, whatever a proxy makes of the call.
pub(crate) fn verify(checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
    let token = checks.settings.get("auth_token");
    let token = token.ok_or(Unverified::NotConfigured("sources.twilio.auth_token"))?;
    let public_url = checks.public_url;
    let public_url = public_url.ok_or(Unverified::NotConfigured("server.public_url"))?;
    let given = signature::of(call, SIGNATURE)?;
    let (parameters, is_whatsapp) = match body_digest(&call.query) {
        None => {
            let form = Form::read(&call.body);
            (form.signed(), form.is_whatsapp())
        }
        Some(digest) if digest == hex::encode(Sha256::digest(&call.body)) => (String::new(), false),
        Some(_) => return Err(Unverified::WrongSignature(SIGNATURE)),
    };
    let is_signed = addresses(public_url, call).iter().any(|address| {
        let message = format!("{address}{parameters}");
        signature::is_hmac_sha1_base64(token, message.as_bytes(), given)
    });
    if !is_signed {
        return Err(Unverified::WrongSignature(SIGNATURE));
    }
    Ok(Verified {
        source: is_whatsapp.then(|| Source::named("twilio.whatsapp")),
        reply: Reply {
            content_type: Some("text/xml"),
            body: NO_INSTRUCTIONS.to_owned(),
        },
    })
}

/// What stands in the query for a body that is no form.
fn body_digest(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "bodySHA256")
        .map(|(_, digest)| digest.into_owned())
}

/// The addresses that Twilio may have signed: it is not consistent about ports, so with and without.
fn addresses(public_url: &Url, call: &RawWebhook) -> [String; 2] {
    let path = public_url.path().trim_end_matches('/');
    let scheme = public_url.scheme();
    let host = public_url.host_str().unwrap_or_default();
    let port = public_url.port_or_known_default();
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let mark = if call.query.is_empty() { "" } else { "?" };
    let rest = format!("{path}{}{mark}{}", call.path, call.query);
    [
        format!("{scheme}://{host}{rest}"),
        format!("{scheme}://{host}{port}{rest}"),
    ]
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};
    use proptest::prelude::*;
    use switchboard_connector::Settings;
    use switchboard_domain::Secret;

    use super::super::SECTION;
    use super::*;

    /// The example of Twilio's documentation.
    const FORM: &str = "Digits=1234&To=%2B18005551212&From=%2B14158675309&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";

    fn checked(
        public_url: &str,
        target: &str,
        body: &str,
        signature: &str,
    ) -> Result<Verified, Unverified> {
        let settings = Settings::resolve(&SECTION, |_, key| {
            (key == "auth_token").then(|| Secret::new("12345"))
        });
        let public_url = Url::parse(public_url).unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HeaderMap::new();
        headers.insert("x-twilio-signature", signature.parse().unwrap());
        let call = RawWebhook {
            method: Method::POST,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: body.into(),
        };
        let checks = Checks {
            settings: &settings,
            public_url: Some(&public_url),
        };
        verify(checks, &call)
    }

    /// The vectors that Twilio's own libraries are tested with.
    #[test]
    fn twilios_own_vectors_are_accepted_with_and_without_a_port() {
        let target = "/myapp.php?foo=1&bar=2";
        let several = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234";
        for (public_url, body, signature) in [
            (
                "https://mycompany.com/",
                FORM,
                "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            ),
            (
                "https://mycompany.com:1234/",
                FORM,
                "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            ),
            (
                "https://mycompany.com/",
                FORM,
                "kvajT1Ptam85bY51eRf/AJRuM3w=",
            ),
            (
                "http://mycompany.com/",
                FORM,
                "0ZXoZLH/DfblKGATFgpif+LLRf4=",
            ),
            (
                "https://mycompany.com/",
                several,
                "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
            ),
        ] {
            let checked = checked(public_url, target, body, signature);

            assert!(checked.is_ok(), "{public_url} {signature}");
        }
    }

    #[test]
    fn a_body_that_is_no_form_is_signed_by_its_digest_in_the_query() {
        let body = r#"{"property": "value", "boolean": true}"#;
        let digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        let target = format!("/myapp.php?foo=1&bar=2&bodySHA256={digest}");
        let signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
        let changed = body.replace("true", "null");

        assert!(checked("https://mycompany.com/", &target, body, signature).is_ok());
        assert_eq!(
            checked("https://mycompany.com/", &target, &changed, signature),
            Err(Unverified::WrongSignature(SIGNATURE))
        );
    }

    #[test]
    fn the_answer_is_never_one_that_twilio_sends_on() {
        let verified = checked(
            "https://mycompany.com/",
            "/myapp.php?foo=1&bar=2",
            FORM,
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        );

        let reply = verified.unwrap().reply;
        assert_eq!(reply.content_type, Some("text/xml"));
        assert_eq!(
            reply.body,
            r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#
        );
    }

    #[test]
    fn another_address_is_another_signature() {
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        for (public_url, target) in [
            ("http://mycompany.com/", "/myapp.php?foo=1&bar=2"),
            ("https://mycompany.org/", "/myapp.php?foo=1&bar=2"),
            ("https://mycompany.com/hub/", "/myapp.php?foo=1&bar=2"),
            ("https://mycompany.com/", "/myapp.php?bar=2&foo=1"),
            ("https://mycompany.com/", "/myapp.php"),
        ] {
            assert_eq!(
                checked(public_url, target, FORM, signature),
                Err(Unverified::WrongSignature(SIGNATURE)),
                "{public_url}{target}"
            );
        }
    }

    fn signed(message: &str) -> String {
        use base64::Engine as _;
        use hmac::{Hmac, KeyInit, Mac};

        let mac = Hmac::<sha1::Sha1>::new_from_slice(b"12345").unwrap();
        let mac = mac.chain_update(message).finalize();
        base64::engine::general_purpose::STANDARD.encode(mac.into_bytes())
    }

    proptest! {
        #[test]
        fn what_was_configured_is_what_is_signed(
            folder in "(/[a-z]{1,5}){0,2}",
            query in "[a-z]{1,4}=[a-zA-Z0-9%+-]{0,8}",
            port in prop::option::of(1_u16..),
            pairs in prop::collection::btree_map("[A-Za-z]{1,6}", ".{0,8}", 0..6),
        ) {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            let public_url = format!("https://hub.example.com{port}{folder}/");
            let webhook = Url::parse(&public_url).unwrap().join("twilio/status").unwrap();
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            let parameters: String = pairs.iter().flat_map(|(name, value)| [name.as_str(), value]).collect();
            let target = format!("/twilio/status?{query}");

            let signature = signed(&format!("{webhook}?{query}{parameters}"));

            prop_assert!(checked(&public_url, &target, &body, &signature).is_ok());
            let more = format!("{body}&Another=1");
            prop_assert!(checked(&public_url, &target, &more, &signature).is_err());
        }
    }
}
