//! A webhook that is ready to be sent, and how its provider goes about it.

use std::time::Duration;

use axum::body::Bytes;
use http::{HeaderMap, Method};

use crate::customers::Source;

/// A webhook that is ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) source: Source,
    /// The provider's ids of the messages in it.
    pub(crate) ids: Vec<String>,
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    pub(crate) rules: Rules,
    /// Where it goes once if all attempts fail.
    pub(crate) fallback: Option<Box<Self>>,
}

/// How a provider delivers.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// How long it waits for an answer.
    pub(crate) patience: Duration,
    /// The pauses between the attempts; their number is the number of retries.
    pub(crate) pauses: Vec<Duration>,
    /// Which failures it tries again.
    pub(crate) again: Again,
    /// What is wrong with an answer, although it came.
    pub(crate) judge: fn(&HeaderMap, &str) -> Option<String>,
}

/// Which failures are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// All.
    Always,
    /// Only if no answer came.
    Unanswered,
}

impl Rules {
    /// Tries again after `first`, then after ever longer pauses, until `all` is over.
    pub(crate) fn backing_off(patience: Duration, first: Duration, all: Duration) -> Self {
        let mut pauses = Vec::new();
        let (mut next, mut sum) = (first, Duration::ZERO);
        while sum + next <= all {
            pauses.push(next);
            sum += next;
            next *= 2;
        }
        Self {
            patience,
            pauses,
            again: Again::Always,
            judge: |_, _| None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_until_the_time_is_over() {
        let rules = Rules::backing_off(
            Duration::from_secs(5),
            Duration::from_secs(1),
            Duration::from_secs(20),
        );

        assert_eq!(rules.pauses, [1, 2, 4, 8].map(Duration::from_secs));
    }
}
