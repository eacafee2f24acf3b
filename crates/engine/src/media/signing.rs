//! Signed addresses: whoever has one may see the file, nobody can make one up.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use switchboard_domain::Timestamp;

use crate::Vault;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// For how many days after today an address is good. Coarse, so that the same file has the same address
/// all day, and lists and caches stay as they are.
const DAYS: i64 = 7;

/// What an address says besides the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Until when it is good, in seconds since 1970; `None` if for ever.
    pub expires: Option<i64>,
    /// The signature, in hexadecimal.
    pub signature: String,
}

/// Signs addresses and checks them.
#[derive(Clone)]
pub(crate) struct Signer {
    key: [u8; 32],
    base_url: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.base_url)
    }
}

impl Signer {
    pub(crate) fn new(vault: &Vault, base_url: String) -> Self {
        Self {
            key: vault.key_for("switchboard links to files"),
            base_url,
        }
    }

    /// The address of what lies at `path` below `/media/`, good until the end of the day in a week.
    pub(super) fn for_a_while(&self, path: &str, now: Timestamp) -> String {
        let expires = end_of_day_in_a_week(now);
        let signature = self.sign(path, Some(expires));
        format!(
            "{}media/{path}?expires={expires}&signature={signature}",
            self.base_url
        )
    }

    /// The same, good for ever: for files that are handed to providers, who fetch them when they like.
    pub(super) fn for_ever(&self, path: &str) -> String {
        let signature = self.sign(path, None);
        format!("{}media/{path}?signature={signature}", self.base_url)
    }

    /// Whether an address was made here and is still good.
    pub(super) fn is_good(&self, path: &str, signed: &Signed, now: Timestamp) -> bool {
        let wanted = self.sign(path, signed.expires);
        let is_ours: bool = wanted.as_bytes().ct_eq(signed.signature.as_bytes()).into();
        is_ours
            && signed
                .expires
                .is_none_or(|expires| now.as_seconds() < expires)
    }

    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    fn sign(&self, path: &str, expires: Option<i64>) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key)
            .expect("HMAC takes keys of any length");
        // A path holds no space, so that no two pairs are signed alike.
        match expires {
            Some(expires) => mac.update(format!("{path} {expires}").as_bytes()),
            None => mac.update(format!("{path} for ever").as_bytes()),
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

fn end_of_day_in_a_week(now: Timestamp) -> i64 {
    let today = now.as_seconds().div_euclid(DAY);
    (today + 1 + DAYS) * DAY
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use switchboard_domain::FixedChance;

    use super::*;
    use crate::MasterKey;

    const NOON: Timestamp = Timestamp::from_millis(1_795_348_800_000);

    fn signer(seed: u64) -> Signer {
        let chance = Arc::new(FixedChance::seeded(seed));
        let vault = Vault::new(&MasterKey::random(&*chance), chance);
        Signer::new(&vault, "https://hub.example/".to_owned())
    }

    fn read(address: &str) -> (String, Signed) {
        let (path, query) = address.split_once('?').unwrap();
        let path = path.strip_prefix("https://hub.example/media/").unwrap();
        let value = |name: &str| {
            query
                .split('&')
                .find_map(|pair| pair.strip_prefix(&format!("{name}=")))
        };
        let signed = Signed {
            expires: value("expires").map(|text| text.parse().unwrap()),
            signature: value("signature").unwrap().to_owned(),
        };
        (path.to_owned(), signed)
    }

    #[test]
    fn an_address_stays_the_same_all_day_and_ends_after_a_week() {
        let signer = signer(1);
        let address = signer.for_a_while("a.png", NOON);
        let later = |hours: i64| Timestamp::from_millis(NOON.as_millis() + hours * 3_600_000);

        assert_eq!(address, signer.for_a_while("a.png", later(11)));
        assert_ne!(address, signer.for_a_while("a.png", later(12)));
        let (path, signed) = read(&address);
        assert!(signer.is_good(&path, &signed, later(7 * 24 + 11)));
        assert!(!signer.is_good(&path, &signed, later(7 * 24 + 12)));
    }

    #[test]
    fn an_address_for_ever_never_ends_and_is_none_of_the_others() {
        let signer = signer(1);
        let (path, signed) = read(&signer.for_ever("a.png"));
        let the_end = Timestamp::from_millis(i64::MAX);

        assert!(signer.is_good(&path, &signed, the_end));
        let dated = Signed {
            expires: Some(i64::MAX),
            ..signed
        };
        assert!(!signer.is_good(&path, &dated, NOON));
    }

    #[test]
    fn nothing_of_an_address_can_be_changed() {
        let signer = signer(1);
        let (path, signed) = read(&signer.for_a_while("a.png", NOON));
        let later = Signed {
            expires: signed.expires.map(|expires| expires + 1),
            ..signed.clone()
        };
        let for_ever = Signed {
            expires: None,
            ..signed.clone()
        };
        let shorter = Signed {
            signature: signed.signature.chars().take(10).collect(),
            ..signed.clone()
        };

        assert!(signer.is_good(&path, &signed, NOON));
        assert!(!signer.is_good("b.png", &signed, NOON));
        for tampered in [later, for_ever, shorter] {
            assert!(!signer.is_good(&path, &tampered, NOON), "{tampered:?}");
        }
        assert!(!self::signer(2).is_good(&path, &signed, NOON));
    }
}
