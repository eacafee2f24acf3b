//! What names an account on the provider's side.

use std::borrow::Cow;
use std::fmt;

/// The name of a connector in data: `facebook`, `twilio.sms`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(Cow<'static, str>);

impl Source {
    /// A source whose name is written in the program.
    pub const fn named(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A source whose name was read from somewhere.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The provider's own name of the connected account: a page id, a number, `whatsapp:+49…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceChannelId(String);

impl SourceChannelId {
    /// Wraps the provider's name.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The provider's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The thing on the provider's side that connecting subscribes and disconnecting unsubscribes.
///
/// Several channels may share one (a Facebook page and the Instagram account behind it); it is
/// unsubscribed when the last of them leaves. Written `<provider>:<kind>:<id>`, for example
/// `meta:page:108201940000001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpstreamKey(String);

impl UpstreamKey {
    /// Wraps a key.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
