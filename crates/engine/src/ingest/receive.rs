//! Taking a provider's call in.

use http::HeaderName;
use http::header::{CONTENT_TYPE, USER_AGENT};
use metrics::counter;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use switchboard_connector::{Checks, Connector, Handshake, RawWebhook, Reply, Unverified};
use switchboard_domain::{NewEnvelope, RawJson};
use switchboard_storage::StorageError;

use crate::{Engine, FailPoint};

/// Headers that say something about a body. None of them is a credential: signatures are good for one
/// body only.
static KEPT_HEADERS: [HeaderName; 7] = [
    CONTENT_TYPE,
    HeaderName::from_static("x-hub-signature-256"),
    HeaderName::from_static("x-goog-signature"),
    HeaderName::from_static("x-twilio-signature"),
    HeaderName::from_static("x-viber-content-signature"),
    HeaderName::from_static("i-twilio-idempotency-token"),
    USER_AGENT,
];

/// Longest header value that is kept, in bytes.
const LONGEST_HEADER: usize = 256;

/// What to answer a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is a handshake, and this is the answer.
    Handshake {
        /// Media type of the answer.
        content_type: &'static str,
        /// The answer, verbatim.
        body: String,
    },
    /// The call is stored.
    Stored(Reply),
}

/// A provider's call was not taken in; nothing is stored.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It does not prove that it comes from the provider.
    #[error(transparent)]
    Unverified(#[from] Unverified),
    /// It asks for a handshake without knowing our secret.
    #[error("the call does not know the verify token that is configured for the source")]
    HandshakeRefused,
    /// Providers do not call there.
    #[error("no provider calls {0}")]
    NoSuchPath(String),
    /// The store did not answer; the provider has to deliver again.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Verifies a provider's call over its raw bytes and stores it. Returns when it is durable.
    pub async fn receive(&self, call: RawWebhook) -> Result<Received, ReceiveError> {
        match self.handshake(&call.path, &call) {
            Handshake::Answer { content_type, body } => {
                return Ok(Received::Handshake { content_type, body });
            }
            Handshake::Refused => {
                counter!("switchboard_webhooks_refused_total", "path" => call.path.clone())
                    .increment(1);
                return Err(ReceiveError::HandshakeRefused);
            }
            Handshake::Other => {}
        }
        let connector = self
            .receiver_of(&call.path)
            .ok_or_else(|| ReceiveError::NoSuchPath(call.path.clone()))?;
        let settings = self.0.providers.settings(connector);
        let checks = Checks {
            settings: &settings,
            public_url: self.0.providers.public_url(),
        };
        let verified = connector.verify(checks, &call).inspect_err(|_refused| {
            counter!("switchboard_webhooks_refused_total", "path" => call.path.clone())
                .increment(1);
        })?;
        let envelope = NewEnvelope {
            source: verified.source.unwrap_or_else(|| connector.source()),
            target: target(&call),
            headers: kept(&call),
            body: call.body,
            received_at: self.now(),
        };
        self.accept(envelope).await?;
        Ok(Received::Stored(verified.reply))
    }

    /// Stores an envelope that somebody has vouched for.
    pub(crate) async fn accept(&self, envelope: NewEnvelope) -> Result<(), StorageError> {
        self.0.fail_points.reach(FailPoint::AcceptBefore)?;
        self.0.store.accept(envelope).await?;
        self.0.arrivals.count();
        self.0.fail_points.reach(FailPoint::AcceptStored)?;
        self.0.envelopes_wait.notify_one();
        Ok(())
    }

    /// The connector that vouches for what arrives at `path`.
    fn receiver_of(&self, path: &str) -> Option<&'static dyn Connector> {
        self.connectors()
            .iter()
            .copied()
            .find(|connector| connector.webhook_paths().contains(&path))
    }
}

fn target(call: &RawWebhook) -> String {
    if call.query.is_empty() {
        return call.path.clone();
    }
    format!("{}?{}", call.path, call.query)
}

/// What is kept of the headers, as one JSON object.
#[expect(
    clippy::expect_used,
    reason = "the sentence proves that it cannot fail"
)]
fn kept(call: &RawWebhook) -> RawJson {
    let json = serde_json::to_string(&Kept(call)).expect("names and values are strings");
    RawJson::from_checked(json)
}

/// Serialises as the headers of a call that are kept.
struct Kept<'c>(&'c RawWebhook);

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut kept = serializer.serialize_map(None)?;
        for name in &KEPT_HEADERS {
            let value = self.0.headers.get(name);
            let value = value.and_then(|value| value.to_str().ok());
            if let Some(value) = value.filter(|value| value.len() <= LONGEST_HEADER) {
                kept.serialize_entry(name.as_str(), value)?;
            }
        }
        kept.end()
    }
}
