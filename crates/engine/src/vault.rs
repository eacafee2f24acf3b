//! Encryption of what must never lie on disk in clear.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use switchboard_domain::{Chance, ChannelId, KeyId, Sealed, Secret};

/// Bytes of an XChaCha20 nonce: long enough to be drawn at random for each sealing.
const NONCE_BYTES: usize = 24;

/// The key that seals credentials: 32 bytes.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// A text is not a master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("security.secret_key must be 32 bytes in base64, as `openssl rand -base64 32` prints them")]
pub struct MasterKeyError;

impl MasterKey {
    /// A new random key.
    pub fn random(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 32];
        chance.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads a key from base64, standard or URL-safe, padded or not.
    pub fn from_base64(text: &str) -> Result<Self, MasterKeyError> {
        [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
            .iter()
            .find_map(|form| form.decode(text.trim()).ok())
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(MasterKeyError)
    }

    /// The key in base64, for its file.
    pub fn to_base64(&self) -> Secret {
        Secret::new(STANDARD.encode(self.0))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Seals and opens credentials with XChaCha20-Poly1305.
///
/// What is sealed for one channel does not open for another: the channel's id is authenticated with
/// it.
#[derive(Clone)]
pub struct Vault {
    key: MasterKey,
    key_id: KeyId,
    cipher: XChaCha20Poly1305,
    chance: Arc<dyn Chance>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.key_id.as_str())
    }
}

/// Something sealed cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with another key.
    #[error(
        "the credentials were sealed with key {sealed_with}, but this hub runs with key {running}; \
         start it with the former security.secret_key, or connect the channel again"
    )]
    OtherKey {
        /// Fingerprint of the key it was sealed with.
        sealed_with: String,
        /// Fingerprint of the key this hub runs with.
        running: String,
    },
    /// It was changed, or belongs to another channel.
    #[error("the credentials are damaged; connect the channel again")]
    Damaged,
}

impl Vault {
    /// A vault that seals with `key`.
    pub fn new(key: &MasterKey, chance: Arc<dyn Chance>) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"switchboard key id");
        hash.update(key.0);
        let fingerprint: String = hex::encode(hash.finalize()).chars().take(16).collect();
        Self {
            key: key.clone(),
            key_id: KeyId::new(fingerprint),
            cipher: XChaCha20Poly1305::new(&key.0.into()),
            chance,
        }
    }

    /// A key for one purpose, that tells nothing of the master key or of those for others
    /// (HMAC-SHA-256 as a pseudo-random function, RFC 5869 section 2.3).
    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    pub(crate) fn key_for(&self, purpose: &str) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key.0)
            .expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// Fingerprint of the key.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// Seals `secret` for `channel`.
    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    pub fn seal(&self, channel: ChannelId, secret: &Secret) -> Sealed {
        let mut nonce = [0; NONCE_BYTES];
        self.chance.fill(&mut nonce);
        let aad = channel.as_uuid();
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: aad.as_bytes(),
        };
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("credentials are far below the cipher's limit of 256 GiB");
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&ciphertext);
        Sealed {
            key_id: self.key_id.clone(),
            bytes,
        }
    }

    /// Opens what was sealed for `channel`.
    pub fn open(&self, channel: ChannelId, sealed: &Sealed) -> Result<Secret, VaultError> {
        if sealed.key_id != self.key_id {
            return Err(VaultError::OtherKey {
                sealed_with: sealed.key_id.as_str().to_owned(),
                running: self.key_id.as_str().to_owned(),
            });
        }
        let (nonce, ciphertext) = sealed
            .bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(VaultError::Damaged)?;
        let aad = channel.as_uuid();
        let payload = Payload {
            msg: ciphertext,
            aad: aad.as_bytes(),
        };
        let clear = self
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or(VaultError::Damaged)?;
        Ok(Secret::new(clear))
    }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::{FixedChance, Source, SourceChannelId};

    use super::*;

    fn channel(name: &str) -> ChannelId {
        ChannelId::derive(&Source::named("facebook"), &SourceChannelId::new(name))
    }

    fn vault(seed: u64) -> Vault {
        let chance = Arc::new(FixedChance::seeded(seed));
        Vault::new(&MasterKey::random(&*chance), chance)
    }

    #[test]
    fn what_was_sealed_opens_again_for_the_same_channel_only() {
        let vault = vault(1);
        let sealed = vault.seal(channel("a"), &Secret::new("EAAG-canary"));

        assert_eq!(
            vault.open(channel("a"), &sealed).unwrap().expose(),
            "EAAG-canary"
        );
        assert_eq!(
            vault.open(channel("b"), &sealed).unwrap_err(),
            VaultError::Damaged
        );
        assert!(!sealed.bytes.windows(6).any(|bytes| bytes == b"canary"));
    }

    #[test]
    fn sealing_twice_gives_different_bytes() {
        let vault = vault(1);
        let secret = Secret::new("the same");

        assert_ne!(
            vault.seal(channel("a"), &secret),
            vault.seal(channel("a"), &secret)
        );
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let vault = vault(1);
        let sealed = vault.seal(channel("a"), &Secret::new("token"));

        for place in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[place] ^= 1;
            assert_eq!(
                vault.open(channel("a"), &changed).unwrap_err(),
                VaultError::Damaged
            );
        }
    }

    #[test]
    fn another_key_is_named_not_guessed() {
        let sealed = vault(1).seal(channel("a"), &Secret::new("token"));

        let error = vault(2).open(channel("a"), &sealed).unwrap_err();
        assert!(matches!(error, VaultError::OtherKey { .. }));
    }

    #[test]
    fn a_key_has_32_bytes_in_any_base64() {
        let key = MasterKey::random(&FixedChance::seeded(9));
        let text = key.to_base64();
        let url_safe = text
            .expose()
            .replace('+', "-")
            .replace('/', "_")
            .replace('=', "");

        assert_eq!(MasterKey::from_base64(text.expose()).unwrap().0, key.0);
        assert_eq!(MasterKey::from_base64(&url_safe).unwrap().0, key.0);
        assert_eq!(
            MasterKey::from_base64("c2hvcnQ=").unwrap_err(),
            MasterKeyError
        );
    }
}
