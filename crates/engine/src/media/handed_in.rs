//! Which files that were handed in a content mentions.

use std::collections::BTreeSet;

use super::{Media, Signed};
use crate::media::intake::is_copy;
use switchboard_domain::Timestamp;

/// What stands between the hub's own address and the file's key.
const FOLDER: &str = "/media/";

/// What stands between the key and the signature in an address that does not end.
const SIGNATURE: &str = "?signature=";

/// Hexadecimal digits of a signature.
const DIGITS: usize = 64;

/// The characters that JSON, JSON that is safe inside HTML, and forms spell in ways of their own.
const SPELLINGS: [(&str, &str); 8] = [
    ("\\/", "/"),
    ("%2F", "/"),
    ("%2f", "/"),
    ("%3F", "?"),
    ("%3f", "?"),
    ("%3D", "="),
    ("%3d", "="),
    ("\\u003d", "="),
];

impl Media {
    /// The keys of files whose addresses stand in a content. Signed ones only: whoever makes an
    /// address up has nothing removed by it.
    pub(crate) fn handed_in(&self, content: &str) -> BTreeSet<String> {
        if !content.contains("signature") {
            return BTreeSet::new();
        }
        let content = SPELLINGS
            .iter()
            .fold(content.to_owned(), |content, (spelled, plain)| {
                content.replace(spelled, plain)
            });
        content
            .match_indices(FOLDER)
            .filter_map(|(at, _)| self.key_at(content.get(at + FOLDER.len()..)?))
            .collect()
    }

    fn key_at(&self, text: &str) -> Option<String> {
        let (key, rest) = text.split_once(SIGNATURE)?;
        let signed = Signed {
            expires: None,
            signature: rest.get(..DIGITS)?.to_owned(),
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let is_key = !key.is_empty() && key.bytes().all(is_name) && !is_copy(key);
        // An address that does not end is good at any time.
        let at_any_time = Timestamp::from_millis(0);
        (is_key && self.signer.is_good(key, &signed, at_any_time)).then(|| key.to_owned())
    }
}
