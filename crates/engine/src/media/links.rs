//! What is shown in the place of the links that messages carry.

use std::fmt;
use std::sync::Arc;

use switchboard_domain::{MediaCopy, Source, Timestamp};

use super::copy::name_of;
use super::{Media, MediaPolicy};
use crate::Engine;

/// Shows copied files in the place of the links that messages carry. Cheap to make.
#[derive(Clone)]
pub struct MediaLinks {
    media: Arc<Media>,
    now: Timestamp,
}

impl fmt::Debug for MediaLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaLinks").finish_non_exhaustive()
    }
}

impl Engine {
    /// Shows copied files in the place of the links that messages carry.
    pub fn media_links(&self) -> MediaLinks {
        MediaLinks {
            media: Arc::clone(&self.0.media),
            now: self.now(),
        }
    }
}

impl MediaLinks {
    /// Links as they stand in the content of a message of this source, and what is shown in their
    /// place.
    pub fn shown(&self, source: &Source, copies: &[MediaCopy]) -> Vec<(String, String)> {
        let policy = self.media.policies.of(source);
        copies
            .iter()
            .filter_map(|copy| {
                let address = self.address(policy, copy)?;
                Some(spellings(&copy.link, &address))
            })
            .flatten()
            .collect()
    }

    /// What is shown in the place of the link to a picture, if anything is.
    pub(crate) fn picture(&self, source: &Source, copy: &MediaCopy) -> Option<String> {
        self.address(self.media.policies.of(source), copy)
    }

    fn address(&self, policy: MediaPolicy, copy: &MediaCopy) -> Option<String> {
        let signer = &self.media.signer;
        match (&copy.key, policy) {
            // What was copied once stays better than any link.
            (Some(key), _) => Some(signer.for_a_while(key, self.now)),
            (None, MediaPolicy::Proxy) => Some(signer.for_a_while(&proxy_path(copy), self.now)),
            (None, MediaPolicy::Store | MediaPolicy::Link) => None,
        }
    }
}

/// The path of a file that is fetched when somebody looks.
pub(super) fn proxy_path(copy: &MediaCopy) -> String {
    let message = copy.message.as_uuid();
    format!("proxy/{message}/{}", name_of(copy.message, &copy.link))
}

/// The ways in which a link can stand in a content, each with what replaces it: in JSON, in JSON that
/// escapes slashes, in a form. What is no address is a provider's id, and replaced as a whole only.
fn spellings(link: &str, address: &str) -> Vec<(String, String)> {
    if !link.contains("://") {
        return vec![(format!("\"{link}\""), format!("\"{address}\""))];
    }
    let escaped = |text: &str| text.replace('/', "\\/");
    vec![
        (link.to_owned(), address.to_owned()),
        (escaped(link), escaped(address)),
        (in_form(link), in_form(address)),
    ]
}

/// Text as forms spell it (url.spec.whatwg.org, "application/x-www-form-urlencoded serializing").
fn in_form(text: &str) -> String {
    let mut form = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        match byte {
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                form.push(char::from(byte));
            }
            b' ' => form.push('+'),
            other => {
                form.push('%');
                form.push_str(&hex::encode_upper([other]));
            }
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_replaced_however_it_is_spelled() {
        let spelled = spellings("https://cdn.example/a b?c=1", "http://hub/media/x?e=1&s=2");

        assert_eq!(
            spelled,
            [
                ("https://cdn.example/a b?c=1", "http://hub/media/x?e=1&s=2"),
                (
                    "https:\\/\\/cdn.example\\/a b?c=1",
                    "http:\\/\\/hub\\/media\\/x?e=1&s=2"
                ),
                (
                    "https%3A%2F%2Fcdn.example%2Fa+b%3Fc%3D1",
                    "http%3A%2F%2Fhub%2Fmedia%2Fx%3Fe%3D1%26s%3D2"
                ),
            ]
            .map(|(from, to)| (from.to_owned(), to.to_owned()))
        );
    }

    #[test]
    fn an_id_is_replaced_as_a_whole_only() {
        assert_eq!(
            spellings("42", "http://hub/x"),
            [("\"42\"".to_owned(), "\"http://hub/x\"".to_owned())]
        );
    }
}
