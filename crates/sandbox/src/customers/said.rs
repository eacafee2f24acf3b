//! What became of what a customer did.

use super::Source;

/// What a customer did, and what the hub answered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where.
    pub source: Source,
    /// The account it was said to.
    pub channel: String,
    /// The provider's id of the person.
    pub customer_id: String,
    /// The person's name.
    pub customer_name: String,
    /// The provider's id of the message, or of the message that the act is about.
    pub id: Option<String>,
    /// What became of the webhook, at its first attempt.
    pub outcome: Outcome,
    /// The webhook's number in the log of deliveries.
    pub(crate) number: Option<u64>,
}

/// What became of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The hub answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body of the answer.
        body: String,
    },
    /// The hub did not answer, or not in time.
    NoAnswer {
        /// Why.
        why: String,
    },
    /// The provider did not even try: nobody is subscribed.
    NotSent {
        /// Why.
        why: String,
    },
}

impl Outcome {
    pub(crate) fn not_sent(why: impl Into<String>) -> Self {
        Self::NotSent { why: why.into() }
    }

    /// The HTTP status of the answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            Self::NoAnswer { .. } | Self::NotSent { .. } => None,
        }
    }

    /// Whether the hub took it: an answer in 200 to 299.
    pub fn is_accepted(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }
}

impl Said {
    /// The HTTP status of the hub's answer.
    pub const fn status(&self) -> Option<u16> {
        self.outcome.status()
    }

    /// Whether the hub took it at the first attempt.
    pub fn is_accepted(&self) -> bool {
        self.outcome.is_accepted()
    }

    /// Whether the provider called the hub at all.
    pub const fn was_sent(&self) -> bool {
        !matches!(self.outcome, Outcome::NotSent { .. })
    }
}
