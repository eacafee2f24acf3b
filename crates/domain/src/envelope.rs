//! The raw call of a provider, kept as it came.

use crate::{EnvelopeId, RawJson, Source, Timestamp};

/// A verified webhook, about to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEnvelope {
    /// The connector or the custom source that vouches for it.
    pub source: Source,
    /// Where it arrived: `/facebook`, with the query string if there was one.
    pub target: String,
    /// The headers that say something about the body, an object of texts; never a credential.
    pub headers: RawJson,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// A stored webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Its place among all that were received.
    pub id: EnvelopeId,
    /// What was received.
    pub content: NewEnvelope,
}

/// What applying an envelope came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It waits for its turn.
    Waiting,
    /// All of it was understood and took effect, now or at an earlier delivery.
    Applied,
    /// It was understood and says nothing that is kept.
    Ignored,
    /// Some of it is of a kind that this version does not know.
    Unknown,
    /// Some of it is for a channel that is not connected.
    Unrouted,
    /// Some of it cannot be read.
    Malformed,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Applied,
        Self::Ignored,
        Self::Unknown,
        Self::Unrouted,
        Self::Malformed,
    ];

    /// The name clients and operators see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::Unknown => "unknown",
            Self::Unrouted => "unrouted",
            Self::Malformed => "malformed",
        }
    }

    /// The verdict with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == name)
    }
}

/// What is written down about an envelope that was not simply [`Verdict::Applied`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The worst that happened to one of its entries.
    pub verdict: Verdict,
    /// What was found, entry by entry, in the engine's JSON: an array of objects.
    pub findings: RawJson,
}

/// An envelope without its body, for a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvelopeHead {
    /// Its place.
    pub id: EnvelopeId,
    /// Who vouches for it.
    pub source: Source,
    /// Where it arrived.
    pub target: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// How long the body is, in bytes.
    pub size: u64,
    /// What became of it; `None` while it waits and when it was simply applied.
    pub outcome: Option<Outcome>,
}

/// Which envelopes to list; nothing set means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeFilter {
    /// Only of this source.
    pub source: Option<Source>,
    /// Only with this verdict.
    pub verdict: Option<Verdict>,
}

/// How far envelopes have been applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplyProgress {
    /// All envelopes up to this one have been applied.
    pub through: EnvelopeId,
    /// The newest envelope.
    pub newest: EnvelopeId,
    /// When the oldest one that waits arrived.
    pub waiting_since: Option<Timestamp>,
}
