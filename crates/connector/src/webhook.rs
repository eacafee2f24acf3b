//! What arrives at a webhook, before anybody has checked it.

use switchboard_domain::Source;
use url::Url;

use crate::Settings;

/// One call of a provider, as it came in.
#[derive(Clone, Debug)]
pub struct RawWebhook {
    /// `GET` or `POST`.
    pub method: http::Method,
    /// Where it arrived: `/twilio/status`.
    pub path: String,
    /// The query string, undecoded, without the question mark.
    pub query: String,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The raw body.
    pub body: Vec<u8>,
}

/// What a call turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// A handshake by somebody who knows our secret; this is the answer to give with status 200.
    Answer {
        /// Media type of the answer.
        content_type: &'static str,
        /// The answer, verbatim.
        body: String,
    },
    /// A handshake, or a call, that does not prove that it comes from the provider.
    Refused,
    /// Not a handshake.
    Other,
}

/// What a signature is checked with.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'a> {
    /// The settings of the source's section.
    pub settings: &'a Settings,
    /// How providers reach the hub, with a path that ends in `/`; `None` if nobody configured it.
    pub public_url: Option<&'a Url>,
}

/// A call that the provider has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The source it is of, where several sources share the address and a glance at the call tells;
    /// `None` for the one that has verified it.
    pub source: Option<Source>,
    /// What to answer once the call is stored, with status 200.
    pub reply: Reply,
}

/// An answer to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Media type of the answer; `None` for an empty one.
    pub content_type: Option<&'static str>,
    /// The answer, verbatim.
    pub body: String,
}

impl Reply {
    /// Nothing but the status.
    pub const fn empty() -> Self {
        Self {
            content_type: None,
            body: String::new(),
        }
    }
}

/// A call that does not prove that it comes from the provider; nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// The signature is missing.
    #[error("the header {0} is missing: it carries the provider's signature")]
    NoSignature(&'static str),
    /// The signature does not fit.
    #[error(
        "the signature in {0} does not fit the call; check that the hub is configured with the \
         same secret as the provider's side"
    )]
    WrongSignature(&'static str),
    /// We cannot check it.
    #[error("{0} is not configured: without it no call of this provider can be trusted")]
    NotConfigured(&'static str),
}
