//! Secrets that cannot be printed, and what is left of them on disk.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A token, key or password in clear. Shows as `***`, is wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself. Each call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `other` is the same, in a time that depends on nothing but the lengths.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Names the key that sealed something, without telling the key: a fingerprint of 16 hexadecimal
/// digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Wraps a fingerprint.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The fingerprint.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something secret, encrypted: the only form in which a store ever sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key it was sealed with.
    pub key_id: KeyId,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Sealed({} bytes by {})",
            self.bytes.len(),
            self.key_id.as_str()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_as_stars_in_any_format() {
        let secret = Secret::new("EAAG-canary");

        assert_eq!(format!("{secret:?} {secret:#?}"), "*** ***");
    }

    #[test]
    fn a_secret_matches_only_itself() {
        let secret = Secret::new("abc");

        assert!(secret.matches("abc"));
        assert!(!secret.matches("abd"));
        assert!(!secret.matches("ab"));
    }
}
