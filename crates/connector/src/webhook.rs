//! What arrives at a webhook, before anybody has checked it.

/// One call of a provider, as it came in.
#[derive(Clone, Debug)]
pub struct RawWebhook {
    /// `GET` or `POST`.
    pub method: http::Method,
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
