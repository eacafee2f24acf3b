//! How Meta signs what it sends
//! (developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-11-22).

use http::{HeaderName, Method};
use switchboard_connector::{RawWebhook, Reply, Settings, Unverified, Verified};

use crate::signature;

/// The older `X-Hub-Signature`, by SHA-1, stands beside it and proves nothing.
const HEADER: &str = "X-Hub-Signature-256";

/// The same, to look it up without reading it first.
const NAME: HeaderName = HeaderName::from_static("x-hub-signature-256");

/// Digits of a SHA-256.
const DIGITS: usize = 64;

/// Accepts a call whose body is signed with the app's secret; `setting` is the secret's full name.
pub(crate) fn verify(
    settings: &Settings,
    setting: &'static str,
    call: &RawWebhook,
) -> Result<Verified, Unverified> {
    let secret = settings.get("app_secret");
    let secret = secret.ok_or(Unverified::NotConfigured(setting))?;
    // A GET has no body to sign.
    let header = call.headers.get(NAME);
    let header = header.filter(|_| call.method == Method::POST);
    let given = header.ok_or(Unverified::NoSignature(HEADER))?.to_str().ok();
    let digits = given.and_then(|given| given.strip_prefix("sha256="));
    let is_ours = digits
        .filter(|digits| digits.len() == DIGITS && digits.bytes().all(is_digit))
        .is_some_and(|digits| signature::is_hmac_sha256_hex(secret, &call.body, digits));
    if !is_ours {
        return Err(Unverified::WrongSignature(HEADER));
    }
    Ok(Verified {
        source: None,
        reply: Reply::empty(),
    })
}

const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
