//! Free JSON, carried but never looked into.

use std::fmt;
use std::sync::Arc;

/// One JSON value as text, already checked by whoever made it.
///
/// The domain knows no JSON; connectors and the public JSON types look inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawJson(Arc<str>);

impl RawJson {
    /// Wraps `text`, which the caller has just serialised or parsed as one JSON value.
    pub fn from_checked(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The value `{}`.
    pub fn empty_object() -> Self {
        Self("{}".into())
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
