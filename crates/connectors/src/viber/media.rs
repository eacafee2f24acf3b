//! Files that people send.

use switchboard_connector::{MediaLink, MediaSource, ProviderError};
use url::Url;

use super::wire::Written;

/// The file of a message, and the small picture that Viber has made of it. A sticker or a link preview
/// is none.
pub(crate) fn links(message: &Written) -> Vec<MediaLink> {
    let Some(file) = file(message) else {
        return Vec::new();
    };
    let thumbnail = message
        .thumbnail
        .clone()
        .filter(|link| !link.is_empty() && *link != file.link)
        .map(|link| MediaLink {
            link,
            kind: "image",
        });
    [Some(file), thumbnail].into_iter().flatten().collect()
}

fn file(message: &Written) -> Option<MediaLink> {
    let kind = match message.kind.as_str() {
        "picture" => "image",
        "video" => "video",
        "file" => "file",
        _ => return None,
    };
    let link = message.media.clone().filter(|link| !link.is_empty())?;
    Some(MediaLink { link, kind })
}

/// Viber's addresses of files need no credentials and expire after an hour
/// (developers.viber.com/docs/api/rest-bot-api/#receive-message-from-user, read 2026-11-22). They lie
/// on hosts that Viber does not list.
pub(crate) fn source(link: &str) -> Result<MediaSource, ProviderError> {
    let url = Url::parse(link).ok();
    let url = url.filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.has_host()
    });
    Ok(MediaSource {
        url: url.ok_or_else(|| ProviderError::unusable_link(link))?,
        authorization: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_wherever_viber_says() {
        for link in [
            "https://dl-media.viber.com/x.jpg",
            "http://media.cdn.viber.com:81/x?a=b",
        ] {
            let source = source(link).unwrap();

            assert_eq!(source.url.as_str(), link);
            assert!(source.authorization.is_none());
        }
    }

    #[test]
    fn what_is_no_web_address_leads_to_no_file() {
        for link in [
            "",
            "x.jpg",
            "file:///etc/passwd",
            "data:,x",
            "https://a@b.example/x",
        ] {
            assert_eq!(
                source(link).unwrap_err(),
                ProviderError::unusable_link(link)
            );
        }
    }
}
