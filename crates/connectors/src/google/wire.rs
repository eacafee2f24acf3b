//! Google's words for service accounts and tokens.

use serde::{Deserialize, Serialize};
use switchboard_domain::Secret;

use crate::secret_field;

/// The key file of a service account, as far as we need it.
#[derive(Deserialize)]
pub(crate) struct KeyFile {
    pub(crate) client_email: String,
    #[serde(default)]
    pub(crate) private_key_id: Option<String>,
    /// PEM.
    #[serde(deserialize_with = "secret_field::required")]
    pub(crate) private_key: Secret,
    #[serde(default = "default_token_uri")]
    pub(crate) token_uri: String,
}

fn default_token_uri() -> String {
    "https://oauth2.googleapis.com/token".to_owned()
}

/// What the service account claims when it asks for a token.
#[derive(Debug, Serialize)]
pub(crate) struct Claims<'a> {
    pub(crate) iss: &'a str,
    pub(crate) scope: &'static str,
    pub(crate) aud: &'a str,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

/// A token was issued.
#[derive(Debug, Deserialize)]
pub(crate) struct Issued {
    #[serde(deserialize_with = "secret_field::required")]
    #[expect(dead_code, reason = "connecting only proves that there is one")]
    pub(crate) access_token: Secret,
}

/// A token was refused.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub(crate) error: String,
    #[serde(default)]
    pub(crate) error_description: Option<String>,
}
