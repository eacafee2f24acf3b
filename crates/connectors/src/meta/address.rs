//! What webhooks point at: files by their address, people and files by their id.

use switchboard_connector::{MediaSource, ProviderError};
use url::Url;

/// The file at `link`, which anybody may fetch while it lives.
pub(crate) fn media(link: &str) -> Result<MediaSource, ProviderError> {
    let url = web(link).ok_or_else(|| ProviderError::unusable_link(link))?;
    Ok(MediaSource {
        url,
        authorization: None,
    })
}

/// Whether `text` can be an id that Meta has given: nothing that would lead to another path.
pub(crate) fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.bytes().all(is_part)
}

/// The web address that `text` is, if it is one.
pub(crate) fn web(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}
