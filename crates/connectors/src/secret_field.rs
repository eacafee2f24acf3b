//! Secrets in providers' answers and in key files, kept from the moment they are read.

use serde::{Deserialize, Deserializer};
use switchboard_domain::Secret;

/// A field that must be there.
pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(serde::de::Error::custom("it must not be empty"));
    }
    Ok(Secret::new(text))
}

/// A field that may be absent, null or empty.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Secret>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()).map(Secret::new))
}
