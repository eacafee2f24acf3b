//! Images: people send them as a text that is the signed address of a file in Google's storage
//! (developers.google.com/business-communications/business-messages/guides/how-to/message/receive,
//! read 2026-11-22).

use switchboard_connector::{MediaSource, ProviderError};
use url::Url;

/// Where Google keeps what people send.
const STORAGE: &str = "storage.googleapis.com";

/// The address, if a text is one of an image and nothing else.
pub(crate) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_signed = url
        .query_pairs()
        .any(|(name, _)| name.eq_ignore_ascii_case("x-goog-signature"));
    let is_storage = url.scheme() == "https" && url.host_str() == Some(STORAGE);
    let is_plain = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    (is_signed && is_storage && is_plain && !text.contains(char::is_whitespace)).then_some(url)
}

/// The signature in the address is all that it takes to read the file.
pub(crate) fn source(link: &str) -> Result<MediaSource, ProviderError> {
    let url = address(link).ok_or_else(|| ProviderError::unusable_link(link))?;
    Ok(MediaSource {
        url,
        authorization: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "https://storage.googleapis.com/business-messages-us/1/a?x-goog-algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=0a";

    #[test]
    fn a_signed_address_in_the_storage_is_an_image() {
        let source = source(SIGNED).unwrap();

        assert_eq!(source.url.as_str(), SIGNED);
        assert!(source.authorization.is_none());
    }

    #[test]
    fn everything_else_is_text() {
        for text in [
            "Are you open?",
            "https://storage.googleapis.com/bucket/a",
            &format!("look: {SIGNED}"),
            &format!("{SIGNED} nice"),
            &SIGNED.replace("https", "http"),
            &SIGNED.replace("storage.", "storage.evil."),
            &SIGNED.replace("storage.", "evil@storage."),
            &SIGNED.replace(".com/", ".com.evil.example/"),
            &SIGNED.replace(".com/", ".com:8443/"),
        ] {
            assert_eq!(address(text), None, "{text}");
            assert!(source(text).is_err());
        }
    }
}
