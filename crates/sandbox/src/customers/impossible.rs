//! Why a customer cannot do something: nothing was sent.

use std::fmt;

use super::{Act, Source};

/// Why a customer cannot do something; no phone and no hub has noticed anything.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Impossible {
    /// The source has no such thing.
    Kind {
        /// The source.
        source: Source,
        /// The kind of act.
        kind: &'static str,
    },
    /// The provider has no such account.
    Channel {
        /// The source.
        source: Source,
        /// The account that was named.
        channel: String,
    },
    /// There is no message to refer to.
    Message {
        /// The kind of act.
        kind: &'static str,
        /// The message that was named.
        id: Option<String>,
    },
    /// The message was edited as often as the provider allows.
    Edited {
        /// The message.
        id: String,
    },
    /// The person has taken another id, or the text is none that the provider would give.
    Person {
        /// What was named.
        from: String,
    },
    /// Webhooks of these messages cannot go in one body.
    Together,
}

impl Impossible {
    pub(crate) const fn kind(source: Source, act: &Act) -> Self {
        Self::Kind {
            source,
            kind: act.kind(),
        }
    }

    pub(crate) fn channel(source: Source, channel: &str) -> Self {
        Self::Channel {
            source,
            channel: channel.to_owned(),
        }
    }
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { source, kind } => {
                write!(f, "customers of {source} have no \"{kind}\"; use another kind")
            }
            Self::Channel { source, channel } => write!(
                f,
                "the sandbox has no account \"{channel}\" on {source}; name another channel"
            ),
            Self::Message { kind, id: None } => write!(
                f,
                "\"{kind}\" is about a message, and the conversation has none yet; say something first"
            ),
            Self::Message { kind, id: Some(id) } => write!(
                f,
                "\"{kind}\" is about an own message, and \"{id}\" is none of this person; name another"
            ),
            Self::Edited { id } => write!(
                f,
                "\"{id}\" was edited five times, which is all the provider allows; send another message"
            ),
            Self::Person { from } => write!(
                f,
                "\"{from}\" cannot be the sender here; give a name, or a number with its plus"
            ),
            Self::Together => f.write_str(
                "only events of one kind of Meta account and one address go in one body; send them one by one",
            ),
        }
    }
}

impl std::error::Error for Impossible {}
