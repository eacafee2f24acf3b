//! HMAC, with which providers sign what they send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use switchboard_connector::{RawWebhook, Unverified};
use switchboard_domain::Secret;

/// The text of the header in which a provider signs.
pub(crate) fn of<'a>(call: &'a RawWebhook, header: &'static str) -> Result<&'a str, Unverified> {
    let value = call.headers.get(header);
    let value = value.ok_or(Unverified::NoSignature(header))?;
    value
        .to_str()
        .map_err(|_not_ascii| Unverified::WrongSignature(header))
}

/// The signature of `message` in hexadecimal digits.
pub(crate) fn hmac_sha256_hex(key: &Secret, message: &[u8]) -> Secret {
    let signature = keyed::<Hmac<Sha256>>(key, message).finalize();
    Secret::new(hex::encode(signature.into_bytes()))
}

/// Whether `signature`, in hexadecimal digits, belongs to `message`; takes the same time wherever it
/// differs.
pub(crate) fn is_hmac_sha256_hex(key: &Secret, message: &[u8], signature: &str) -> bool {
    let mut bytes = [0; 32];
    hex::decode_to_slice(signature, &mut bytes)
        .is_ok_and(|()| is_of(keyed::<Hmac<Sha256>>(key, message), &bytes))
}

/// Whether `signature`, in base64, belongs to `message`; takes the same time wherever it differs.
pub(crate) fn is_hmac_sha512_base64(key: &Secret, message: &[u8], signature: &str) -> bool {
    STANDARD
        .decode(signature)
        .is_ok_and(|signature| is_of(keyed::<Hmac<Sha512>>(key, message), &signature))
}

/// Whether `signature`, in base64, belongs to `message`; takes the same time wherever it differs.
/// Twilio signs with SHA-1.
pub(crate) fn is_hmac_sha1_base64(key: &Secret, message: &[u8], signature: &str) -> bool {
    STANDARD
        .decode(signature)
        .is_ok_and(|signature| is_of(keyed::<Hmac<Sha1>>(key, message), &signature))
}

fn is_of(mac: impl Mac, signature: &[u8]) -> bool {
    mac.verify_slice(signature).is_ok()
}

#[expect(
    clippy::expect_used,
    reason = "RFC 2104 defines HMAC for keys of any length"
)]
fn keyed<M: Mac + KeyInit>(key: &Secret, message: &[u8]) -> M {
    <M as KeyInit>::new_from_slice(key.expose().as_bytes())
        .expect("HMAC takes keys of any length")
        .chain_update(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202, test case 2, and RFC 4231, test case 2.
    const MESSAGE: &[u8] = b"what do ya want for nothing?";

    fn base64_of(hexadecimal: &str) -> String {
        STANDARD.encode(hex::decode(hexadecimal).unwrap())
    }

    #[test]
    fn the_signatures_are_those_of_the_standards() {
        let key = Secret::new("Jefe");
        let sha1 = base64_of("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        let sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let sha512 = base64_of(
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        );

        assert!(is_hmac_sha1_base64(&key, MESSAGE, &sha1));
        assert!(is_hmac_sha256_hex(&key, MESSAGE, sha256));
        assert_eq!(hmac_sha256_hex(&key, MESSAGE).expose(), sha256);
        assert!(is_hmac_sha512_base64(&key, MESSAGE, &sha512));
    }

    #[test]
    fn a_part_of_a_signature_is_none() {
        let key = Secret::new("Jefe");
        let sha512 = base64_of("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554");

        assert!(!is_hmac_sha512_base64(&key, MESSAGE, &sha512));
        for nonsense in ["", "=", "zz", "5bdc", "\u{e4}"] {
            assert!(!is_hmac_sha1_base64(&key, MESSAGE, nonsense));
            assert!(!is_hmac_sha256_hex(&key, MESSAGE, nonsense));
            assert!(!is_hmac_sha512_base64(&key, MESSAGE, nonsense));
        }
    }
}
