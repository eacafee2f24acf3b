//! HMAC-SHA256, with which Meta and Viber have things proved.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use switchboard_domain::Secret;

/// The signature of `message` in hexadecimal digits.
pub(crate) fn hmac_sha256_hex(key: &Secret, message: &[u8]) -> Secret {
    Secret::new(hex::encode(keyed(key, message).finalize().into_bytes()))
}

/// Whether `signature`, in hexadecimal digits, belongs to `message`; takes the same time wherever it
/// differs.
pub(crate) fn is_hmac_sha256_hex(key: &Secret, message: &[u8], signature: &str) -> bool {
    hex::decode(signature)
        .is_ok_and(|signature| keyed(key, message).verify_slice(&signature).is_ok())
}

#[expect(
    clippy::expect_used,
    reason = "RFC 2104 defines HMAC for keys of any length"
)]
fn keyed(key: &Secret, message: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key.expose().as_bytes())
        .expect("HMAC takes keys of any length")
        .chain_update(message)
}
