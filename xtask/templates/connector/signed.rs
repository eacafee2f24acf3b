//! How Newcomer proves that it calls.

use switchboard_connector::{Checks, RawWebhook, Reply, Unverified, Verified};

use crate::signature;

/// Carries the HMAC-SHA-256 of the body under the secret of the webhook, in hexadecimal digits. Cite
/// the page that says so.
const SIGNATURE: &str = "X-Newcomer-Signature";

pub(crate) fn verify(checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
    let secret = checks.settings.get("webhook_secret");
    let secret = secret.ok_or(Unverified::NotConfigured("sources.newcomer.webhook_secret"))?;
    let given = signature::of(call, SIGNATURE)?;
    if !signature::is_hmac_sha256_hex(secret, &call.body, given) {
        return Err(Unverified::WrongSignature(SIGNATURE));
    }
    Ok(Verified {
        source: None,
        reply: Reply::empty(),
    })
}
