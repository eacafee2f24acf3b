//! Web addresses of providers, below the base address that the configuration names.

use switchboard_connector::{
    ConnectError, ErrorClass, InvalidRequest, NotConfigured, ProviderContext, ProviderError,
    request::Text,
};
use url::Url;

/// The configured base address of a provider, without a query.
pub(crate) fn base(cx: &ProviderContext, key: &'static str) -> Result<Url, ConnectError> {
    let text = cx.settings.required(key)?.expose();
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()
    });
    Ok(url.ok_or_else(|| {
        let problem = format!(
            "the setting {key} of this source must be a web address like https://example.org, got {text}"
        );
        ProviderError::refused(ErrorClass::Config, problem)
    })?)
}

/// The address of `segments` below `base`. Each segment is encoded: an id from a request can never
/// lead to another path.
pub(crate) fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// An id that is to become part of a path: `.` and `..` cannot be encoded in one.
pub(crate) fn path_id(field: &'static str, text: &Text) -> Result<String, InvalidRequest> {
    if matches!(text.as_str(), "." | "..") {
        let problem = format!("The field {field} is wrong: it must be an id.");
        return Err(InvalidRequest::field(field, problem));
    }
    Ok(text.as_str().to_owned())
}

/// The address of the next page, as the provider gave it. It attracts our credentials, so it must
/// lead to the configured scheme, host and port.
pub(crate) fn next_page(base: &Url, next: &str) -> Result<Url, ProviderError> {
    let url = base.join(next).ok();
    url.filter(|url| url.origin() == base.origin() && url.username().is_empty())
        .ok_or_else(|| {
            ProviderError::refused(
                ErrorClass::Config,
                format!(
                    "the provider's address of the next page does not lead to {}; it was not followed",
                    base.origin().ascii_serialization()
                ),
            )
        })
}

/// The address at which a provider is to call us.
pub(crate) fn webhook(cx: &ProviderContext, path: &str) -> Result<String, NotConfigured> {
    let url = cx.public_url.as_ref();
    let url = url.and_then(|url| url.join(path).ok());
    url.map(String::from).ok_or_else(|| NotConfigured {
        setting: "server.public_url".to_owned(),
        variable: "SWITCHBOARD_SERVER__PUBLIC_URL".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn an_id_stays_one_segment_whatever_it_holds() {
        for base in ["https://graph.example", "https://graph.example/"] {
            let url = below(&url(base), &["v25.0", "a/../b?c#d%2F"]);

            assert_eq!(
                url.as_str(),
                "https://graph.example/v25.0/a%2F..%2Fb%3Fc%23d%252F"
            );
        }
    }

    #[test]
    fn a_base_with_a_path_keeps_it() {
        let url = below(&url("http://127.0.0.1:9/meta/"), &["v25.0", "me"]);

        assert_eq!(url.as_str(), "http://127.0.0.1:9/meta/v25.0/me");
    }

    #[test]
    fn a_next_page_on_the_same_host_is_followed_as_it_is() {
        let base = url("https://graph.example");
        let next = "https://graph.example/v25.0/me/accounts?after=Q%253D%3D&x=%2B+";

        assert_eq!(next_page(&base, next).unwrap().as_str(), next);
        assert_eq!(
            next_page(&base, "/2010-04-01/x.json?Page=1")
                .unwrap()
                .as_str(),
            "https://graph.example/2010-04-01/x.json?Page=1"
        );
    }

    #[test]
    fn a_next_page_elsewhere_is_not_followed() {
        let base = url("https://graph.example");
        for next in [
            "https://evil.example/v25.0/me/accounts",
            "https://graph.example.evil.example/",
            "http://graph.example/",
            "https://graph.example:8443/",
            "//evil.example/x",
            "https://user@graph.example/",
            "https://graph.example@evil.example/",
            "file:///etc/passwd",
        ] {
            let error = next_page(&base, next).unwrap_err();

            assert_eq!(error.class, ErrorClass::Config, "{next}");
            assert!(!error.message.contains("evil"), "{error}");
        }
    }
}
