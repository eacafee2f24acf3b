//! Files that people send
//! (twilio.com/docs/messaging/api/media-resource, read 2026-11-22).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use switchboard_connector::{ConnectError, MediaSource, ProviderError, Settings};
use switchboard_domain::Secret;
use url::Url;

/// What a media type is to us.
pub(crate) fn kind(content_type: Option<&str>) -> &'static str {
    let content_type = content_type.unwrap_or_default();
    match content_type.split('/').next() {
        Some("image") => "image",
        Some("audio") => "audio",
        Some("video") => "video",
        _ => "file",
    }
}

/// Twilio wants to know who asks. The credentials are for Twilio alone: its own hosts and the configured
/// one.
pub(crate) fn source(settings: &Settings, link: &str) -> Result<MediaSource, ProviderError> {
    let api = settings.get("api_url");
    let api = api.and_then(|api| Url::parse(api.expose()).ok());
    let url = Url::parse(link).ok();
    let url = url.filter(|url| is_of_twilio(url, api.as_ref()));
    let url = url.ok_or_else(|| ProviderError::unusable_link(link))?;
    Ok(MediaSource {
        url,
        authorization: Some(credentials(settings)?),
    })
}

fn is_of_twilio(url: &Url, api: Option<&Url>) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_public = url.scheme() == "https"
        && url.port().is_none()
        && (host == "twilio.com" || host.ends_with(".twilio.com"));
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_configured = api.is_some_and(|api| url.origin() == api.origin());
    (is_public || is_configured) && is_plain
}

fn credentials(settings: &Settings) -> Result<Secret, ConnectError> {
    let account_sid = settings.required("account_sid")?.expose();
    let auth_token = settings.required("auth_token")?.expose();
    let pair = Secret::new(format!("{account_sid}:{auth_token}"));
    Ok(Secret::new(format!(
        "Basic {}",
        STANDARD.encode(pair.expose())
    )))
}

#[cfg(test)]
mod tests {
    use super::super::SECTION;
    use super::*;

    fn configured(given: &'static [(&str, &str)]) -> Settings {
        Settings::resolve(&SECTION, |_, key| {
            let found = given.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| Secret::new(*value))
        })
    }

    fn account() -> Settings {
        configured(&[
            ("account_sid", "AC42"),
            ("auth_token", "canary-token"),
            ("api_url", "http://127.0.0.1:4010/twilio"),
        ])
    }

    #[test]
    fn files_at_twilio_are_fetched_with_the_accounts_credentials() {
        for link in [
            "https://api.twilio.com/2010-04-01/Accounts/AC42/Messages/MM1/Media/ME1",
            "https://mcs.us1.twilio.com/v1/Services/IS1/Media/ME1",
            "http://127.0.0.1:4010/2010-04-01/Accounts/AC42/Messages/MM1/Media/ME1",
        ] {
            let source = source(&account(), link).unwrap();

            assert_eq!(source.url.as_str(), link);
            let authorization = source.authorization.as_ref().unwrap();
            assert_eq!(authorization.expose(), "Basic QUM0MjpjYW5hcnktdG9rZW4=");
            assert!(!format!("{source:?}").contains("Basic"));
        }
    }

    #[test]
    fn nobody_else_is_told_the_credentials() {
        for link in [
            "",
            "ME1",
            "http://api.twilio.com/x",
            "https://api.twilio.com:8443/x",
            "https://api.twilio.com.evil.example/x",
            "https://eviltwilio.com/x",
            "https://user@api.twilio.com/x",
            "https://api.twilio.com@evil.example/x",
            "https://127.0.0.1:4010/x",
            "http://127.0.0.1:4011/x",
            "file:///etc/passwd",
        ] {
            let error = source(&account(), link).unwrap_err();

            assert_eq!(error, ProviderError::unusable_link(link));
        }
    }

    #[test]
    fn without_an_account_there_are_no_files() {
        let error = source(&configured(&[]), "https://api.twilio.com/x").unwrap_err();

        assert!(
            error.message.contains("sources.twilio.account_sid"),
            "{error}"
        );
    }

    #[test]
    fn the_media_type_tells_the_kind() {
        for (content_type, wanted) in [
            (Some("image/jpeg"), "image"),
            (Some("audio/ogg; codecs=opus"), "audio"),
            (Some("video/mp4"), "video"),
            (Some("application/pdf"), "file"),
            (Some("text/vcard"), "file"),
            (Some(""), "file"),
            (None, "file"),
        ] {
            assert_eq!(kind(content_type), wanted);
        }
    }
}
