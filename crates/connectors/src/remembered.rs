//! What connectors leave with the engine, each in its own JSON: facts in the open, credentials as a
//! secret.

use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_connector::{ErrorClass, ProviderError};
use switchboard_domain::{RawJson, Secret};

/// Facts to store.
pub(crate) fn facts(value: &Value) -> RawJson {
    RawJson::from_checked(value.to_string())
}

/// Credentials to store.
pub(crate) fn credentials(value: &Value) -> Secret {
    Secret::new(value.to_string())
}

/// Reads stored facts.
pub(crate) fn recall<T: DeserializeOwned>(facts: &RawJson) -> Result<T, ProviderError> {
    read(facts.as_str())
}

/// Reads stored credentials.
pub(crate) fn unlock<T: DeserializeOwned>(
    credentials: Option<&Secret>,
) -> Result<T, ProviderError> {
    let credentials = credentials.ok_or_else(|| {
        ProviderError::refused(
            ErrorClass::Reauth,
            "no credentials are stored for the channel; connect it again",
        )
    })?;
    read(credentials.expose())
}

/// The text is left out of the error: it may be a credential.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, ProviderError> {
    serde_json::from_str(text).map_err(|problem| {
        ProviderError::refused(
            ErrorClass::Config,
            format!(
                "what is stored for the channel cannot be read (column {}); connect it again",
                problem.column()
            ),
        )
    })
}
