//! `X-Twilio-Signature` (www.twilio.com/docs/usage/security#validating-requests, read 2026-11-22).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The signature of a call: base64 of the HMAC-SHA1 with the auth token over the address as it is
/// called, and then name and value of each parameter of the body, sorted by name.
pub(crate) fn sign(auth_token: &str, url: &str, params: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = params.iter().collect();
    sorted.sort();
    sorted.dedup();
    let text = sorted
        .iter()
        .fold(url.to_owned(), |text, (name, value)| text + name + value);
    // A key of any length is taken, so the constructor cannot fail.
    Hmac::<Sha1>::new_from_slice(auth_token.as_bytes())
        .map(|mac| STANDARD.encode(mac.chain_update(text).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn the_signature_is_the_one_of_the_documentation_s_example() {
        let params = params(&[
            ("To", "+18005551212"),
            ("Digits", "1234"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("From", "+14158675309"),
        ]);

        assert_eq!(
            sign(
                "12345",
                "https://mycompany.com/myapp.php?foo=1&bar=2",
                &params
            ),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8="
        );
    }

    #[test]
    fn empty_values_are_signed_and_values_are_signed_decoded() {
        let params = params(&[
            ("AccountSid", "AC00000000000000000000000000000042"),
            ("Body", "Hello & bye"),
            ("From", "+4915712345678"),
            ("NumMedia", "0"),
            ("To", "+15550783881"),
            ("ToCity", ""),
        ]);

        assert_eq!(
            sign(
                "0123456789abcdef0123456789abcdef",
                "https://hub.example.com/twilio",
                &params
            ),
            "DrD7rCB5o4bDKLBujs7Cqk23KBs="
        );
    }
}
