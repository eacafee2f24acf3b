//! What becomes of files, source by source.

use std::collections::BTreeMap;

use switchboard_domain::Source;

/// What becomes of files that messages of a source link to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MediaPolicy {
    /// They are copied at once, because links expire.
    #[default]
    Store,
    /// They are fetched from the provider whenever somebody looks.
    Proxy,
    /// The provider's links are shown as they are.
    Link,
}

impl MediaPolicy {
    /// The policy of that name, as settings say it.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "store" => Some(Self::Store),
            "proxy" => Some(Self::Proxy),
            "link" => Some(Self::Link),
            _ => None,
        }
    }
}

/// The policies, by source.
#[derive(Clone, Debug, Default)]
pub struct MediaPolicies {
    otherwise: MediaPolicy,
    by_source: BTreeMap<Source, MediaPolicy>,
}

impl MediaPolicies {
    /// One policy for every source that gets none of its own.
    pub const fn all(policy: MediaPolicy) -> Self {
        Self {
            otherwise: policy,
            by_source: BTreeMap::new(),
        }
    }

    /// Sets the policy of a source.
    #[must_use]
    pub fn with(mut self, source: Source, policy: MediaPolicy) -> Self {
        self.by_source.insert(source, policy);
        self
    }

    /// The policy of a source.
    pub fn of(&self, source: &Source) -> MediaPolicy {
        self.by_source
            .get(source)
            .copied()
            .unwrap_or(self.otherwise)
    }

    /// Whether it is noted which files messages of a source link to.
    pub(crate) fn notes(&self, source: &Source) -> bool {
        self.of(source) != MediaPolicy::Link
    }

    /// Whether files of a source are copied.
    pub(crate) fn stores(&self, source: &Source) -> bool {
        self.of(source) == MediaPolicy::Store
    }
}
