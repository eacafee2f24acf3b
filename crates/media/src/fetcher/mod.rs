//! Fetching files over HTTP.

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use switchboard_connector::{ErrorClass, MediaSource, ProviderError};
use switchboard_engine::media::{FetchedFile, MediaFetch};
use tokio::time::timeout;
use url::{Origin, Url};

use crate::guard::may_be_called;
use crate::resolver::{LeadsNowherePublic, PublicOnly};

/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for the head of an answer.
const HEAD: Duration = Duration::from_secs(15);
/// Longest wait for the next piece of a file.
const PIECE: Duration = Duration::from_secs(30);

/// Fetches files, only from public addresses and from those that the operator has configured.
///
/// Names are resolved by a client of its own, which connects to public addresses alone. Configured
/// addresses may be anywhere: they go through the hub's own client.
#[derive(Clone, Debug)]
pub struct Fetcher {
    configured: HashSet<Origin>,
    inside: reqwest::Client,
    outside: reqwest::Client,
}

/// The fetcher cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up TLS for fetching files")]
pub struct FetcherError(#[from] reqwest::Error);

impl Fetcher {
    /// A fetcher that trusts `configured` addresses, which it calls with `client`: the hub's own, that
    /// follows no redirects.
    pub fn new(
        client: reqwest::Client,
        configured: impl IntoIterator<Item = Url>,
    ) -> Result<Self, FetcherError> {
        Self::resolving(client, configured, PublicOnly::of_the_system())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the hub's one client resolves names without looking at the addresses"
    )]
    fn resolving(
        client: reqwest::Client,
        configured: impl IntoIterator<Item = Url>,
        resolver: PublicOnly,
    ) -> Result<Self, FetcherError> {
        // No proxy: it would resolve names by itself, and its own address may be private.
        let outside = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(std::sync::Arc::new(resolver))
            .user_agent(concat!("switchboard/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            configured: configured.into_iter().map(|url| url.origin()).collect(),
            inside: client,
            outside,
        })
    }

    /// The client that may call an address.
    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, ProviderError> {
        if matches!(url.scheme(), "http" | "https") && self.configured.contains(&url.origin()) {
            return Ok(&self.inside);
        }
        if may_be_called(url) {
            return Ok(&self.outside);
        }
        Err(refused_address())
    }

    async fn answer(&self, source: &MediaSource) -> Result<reqwest::Response, ProviderError> {
        let mut url = source.url.clone();
        for _redirect in 0..=REDIRECTS {
            let mut request = self.client_for(&url)?.get(url.clone());
            let is_same = url.origin() == source.url.origin();
            if let Some(authorization) = source.authorization.as_ref().filter(|_| is_same) {
                let mut value = HeaderValue::from_str(authorization.expose()).map_err(|_unsendable| {
                    ProviderError::refused(
                        ErrorClass::Reauth,
                        "the credentials cannot be written into a header; connect the channel again",
                    )
                })?;
                value.set_sensitive(true);
                request = request.header(AUTHORIZATION, value);
            }
            let response = timeout(HEAD, request.send())
                .await
                .map_err(|_elapsed| {
                    ProviderError::refused(ErrorClass::Retry, "the file's server does not answer")
                })?
                .map_err(|error| broken(&error))?;
            if !is_redirect(response.status()) {
                return judged(response);
            }
            url = target(&url, response.headers())?;
        }
        Err(ProviderError::refused(
            ErrorClass::Content,
            "the file's address leads to another more than 3 times",
        ))
    }
}

#[async_trait]
impl MediaFetch for Fetcher {
    async fn fetch(&self, source: &MediaSource) -> Result<FetchedFile, ProviderError> {
        let response = self.answer(source).await?;
        let text = |name| {
            let value: &HeaderValue = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let content_type = text(CONTENT_TYPE);
        let size = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let pieces = stream::unfold(Some(response), |response| async {
            let mut response = response?;
            match next_piece(&mut response).await {
                Ok(Some(piece)) => Some((Ok(piece), Some(response))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        Ok(FetchedFile {
            content_type,
            size,
            pieces: pieces.boxed(),
        })
    }
}

async fn next_piece(response: &mut reqwest::Response) -> Result<Option<Bytes>, ProviderError> {
    timeout(PIECE, response.chunk())
        .await
        .map_err(|_elapsed| {
            ProviderError::refused(ErrorClass::Retry, "the file stopped arriving half-way")
        })?
        .map_err(|error| broken(&error))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn target(from: &Url, headers: &HeaderMap) -> Result<Url, ProviderError> {
    headers
        .get(LOCATION)
        .and_then(|location| from.join(location.to_str().ok()?).ok())
        .ok_or_else(|| {
            ProviderError::refused(
                ErrorClass::Content,
                "the file's address leads to another one that cannot be read",
            )
        })
}

/// The answer, if it is the file.
fn judged(response: reqwest::Response) -> Result<reqwest::Response, ProviderError> {
    let status = response.status();
    let (class, sentence) = match status.as_u16() {
        200 => return Ok(response),
        401 => (ErrorClass::Reauth, "the file's server wants credentials"),
        403 => (
            // Links are signed: nobody can mend that.
            ErrorClass::Content,
            "the file's server refuses; the link may have expired",
        ),
        404 | 410 => (ErrorClass::Content, "the file is gone"),
        429 => (ErrorClass::Throttle, "the file's server wants fewer calls"),
        408 | 425 | 500..=599 => (ErrorClass::Retry, "the file's server has a problem"),
        _ => (ErrorClass::Content, "the file's server refuses"),
    };
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    Err(ProviderError {
        retry_after,
        ..ProviderError::refused(class, format!("{sentence} (HTTP {})", status.as_u16()))
    })
}

/// What a failed exchange means. The address is left out: its query may hold a token.
fn broken(error: &reqwest::Error) -> ProviderError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(known) = cause {
        if known.is::<LeadsNowherePublic>() {
            return refused_address();
        }
        cause = known.source();
    }
    let sentence = if error.is_connect() {
        "the file's server cannot be reached"
    } else {
        "the connection to the file's server broke"
    };
    ProviderError::refused(ErrorClass::Retry, sentence)
}

fn refused_address() -> ProviderError {
    ProviderError::refused(
        ErrorClass::Policy,
        "the file's address is not on the public internet, so the hub does not call it",
    )
}

#[cfg(test)]
mod tests;
