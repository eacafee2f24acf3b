//! Who may call the API.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::{AUTHORIZATION, HOST};
use http::uri::Authority;
use http::{HeaderMap, Uri};
use switchboard_domain::Secret;

use crate::error::{ApiError, Code};

/// The hosts by which a hub without a token may be called.
///
/// A hub that listens on loopback is still within reach of every web page that the machine's user
/// opens: a name of the page's owner can be made to resolve to 127.0.0.1, and then the browser
/// takes page and hub for one origin. The `Host` header tells the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnonymousHosts {
    /// Whoever reaches the hub may use it, by whatever name.
    Any,
    /// Names and addresses of this machine, and one more.
    Loopback {
        /// The host of the address by which the hub is reached from outside.
        and: Option<String>,
    },
}

/// Marks a request to an endpoint that everybody may call, if it shows the hub's own token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowsHubToken;

/// Lets callers in, or says why not.
#[derive(Debug)]
pub(crate) enum Guard {
    Token(Secret),
    Anonymous(AnonymousHosts),
}

impl Guard {
    pub(crate) fn new(token: Option<Secret>, hosts: AnonymousHosts) -> Self {
        token.map_or(Self::Anonymous(hosts), Self::Token)
    }

    /// Whether a request shows the hub's own token, where there is one.
    pub(crate) fn knows(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::Token(token) => check_token(token, headers).is_ok(),
            Self::Anonymous(_) => false,
        }
    }

    /// Whether a request may go on.
    pub(crate) fn admit(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
        match self {
            Self::Token(token) => check_token(token, headers),
            Self::Anonymous(AnonymousHosts::Any) => Ok(()),
            Self::Anonymous(AnonymousHosts::Loopback { and }) => {
                check_host(and.as_deref(), uri, headers)
            }
        }
    }
}

/// Airy's command line sends the token bare, everybody else as RFC 6750 says.
fn check_token(token: &Secret, headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
        .unwrap_or_default();
    let bearer = match given.split_at_checked("Bearer ".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Bearer ") => rest.trim(),
        _ => given,
    };
    if token.matches(bearer) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::Unauthorized,
        "The request needs the hub's system token; send it as `Authorization: Bearer <token>`.",
    ))
}

fn check_host(public: Option<&str>, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
    let named = headers.get(HOST).map(|host| {
        std::str::from_utf8(host.as_bytes())
            .ok()
            .and_then(|host| host.parse::<Authority>().ok())
    });
    // Every browser names the host it means, so who names none is not led by a web page.
    let named = named.into_iter().chain(uri.authority().cloned().map(Some));
    for authority in named {
        let host = authority.as_ref().map_or("", Authority::host);
        let is_public = public.is_some_and(|public| public.eq_ignore_ascii_case(host));
        if !is_public && !is_loopback(host) {
            return Err(ApiError::new(
                Code::HostNotAllowed,
                "This hub asks for no token and is therefore open to its own machine only, but it \
                 was called by another name; set server.public_url to the address it is called \
                 by, or protect it with security.system_token.",
            ));
        }
    }
    Ok(())
}

/// Whether a host can only be this machine. Browsers resolve what ends in `.localhost` themselves
/// (RFC 6761, section 6.3).
fn is_loopback(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let host = host.to_ascii_lowercase();
    if host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    if let Some(v6) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return v6
            .parse()
            .is_ok_and(|address: Ipv6Addr| address.is_loopback());
    }
    host.parse()
        .is_ok_and(|address: Ipv4Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with_token(header: Option<&str>) -> Result<(), ApiError> {
        let guard = Guard::new(Some(Secret::new("s3cret")), AnonymousHosts::Any);
        let headers = header
            .map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()))
            .into_iter()
            .collect();
        guard.admit(&Uri::from_static("/channels.list"), &headers)
    }

    fn called_by(host: &str) -> Result<(), ApiError> {
        let and = Some("hub.example.com".to_owned());
        let guard = Guard::new(None, AnonymousHosts::Loopback { and });
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_str(host).unwrap())]);
        guard.admit(&Uri::from_static("/channels.list"), &headers)
    }

    #[test]
    fn the_token_is_taken_bare_and_as_bearer() {
        for header in [
            "s3cret",
            "Bearer s3cret",
            "bearer s3cret",
            "BEARER  s3cret ",
        ] {
            assert!(with_token(Some(header)).is_ok(), "{header}");
        }
    }

    #[test]
    fn any_other_token_is_refused() {
        for header in [
            None,
            Some(""),
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer s3cre"),
            Some("Bearer s3cretx"),
            Some("Basic s3cret"),
            Some("S3CRET"),
        ] {
            let error = with_token(header).unwrap_err();
            assert_eq!(error.code(), Code::Unauthorized, "{header:?}");
        }
    }

    #[test]
    fn an_open_hub_is_called_by_names_of_this_machine_or_its_public_host() {
        for host in [
            "localhost",
            "localhost:8080",
            "LOCALHOST.",
            "hub.localhost:1",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]:8080",
            "hub.example.com",
            "HUB.example.com:443",
        ] {
            assert!(called_by(host).is_ok(), "{host}");
        }
    }

    #[test]
    fn an_open_hub_is_not_called_by_any_other_name() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "xlocalhost",
            "10.0.0.1",
            "[::2]",
            "not a host",
            "",
        ] {
            let error = called_by(host).unwrap_err();
            assert_eq!(error.code(), Code::HostNotAllowed, "{host}");
        }
    }

    #[test]
    fn the_host_in_an_absolute_address_counts_too() {
        let guard = Guard::new(None, AnonymousHosts::Loopback { and: None });
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("localhost"))]);

        let uri = Uri::from_static("http://evil.example/channels.list");
        assert!(guard.admit(&uri, &headers).is_err());
        let uri = Uri::from_static("http://localhost:8080/channels.list");
        assert!(guard.admit(&uri, &headers).is_ok());
    }
}
