//! The signed assertion with which a service account asks for an access token (RFC 7523;
//! developers.google.com/identity/protocols/oauth2/service-account, read 2026-11-22).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::SCOPE;
use super::world::ServiceAccount;

/// The public half of the sandbox's service account key.
const PUBLIC_KEY: &[u8] = include_bytes!("keys/sandbox-only-service-account.pub.pem");
/// Longest life of an assertion, in seconds.
const LONGEST_LIFE: i64 = 60 * 60;
/// How far ahead a caller's clock may be, in seconds.
const LEEWAY: i64 = 10;
/// The scopes that a service account may ask for here.
const SCOPES: &[&str] = &[
    SCOPE,
    "https://www.googleapis.com/auth/businesscommunications",
];

/// Why no token is issued: `error` and `error_description`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenError {
    pub(crate) error: &'static str,
    pub(crate) description: String,
}

impl TokenError {
    pub(crate) fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self {
            error,
            description: description.into(),
        }
    }

    pub(crate) fn grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", description)
    }
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    #[serde(default)]
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// Checks header, signature and claims.
pub(crate) fn verify(
    account: &ServiceAccount,
    token_uri: &str,
    assertion: &str,
    now: i64,
) -> Result<(), TokenError> {
    let header = decode_header(assertion)
        .map_err(|_unreadable| TokenError::grant("Invalid JWT: Failed to parse the header."))?;
    let signature = || TokenError::grant("Invalid JWT Signature.");
    if header.kid.as_deref() != Some(account.private_key_id.as_str()) {
        return Err(signature());
    }
    let claims = claims(assertion).ok_or_else(signature)?;
    let claims: Claims = serde_json::from_value(claims)
        .map_err(|_wrong_shape| TokenError::grant("Invalid JWT: a required claim is missing."))?;
    if claims.iss != account.client_email || !account.enabled {
        return Err(TokenError::grant("Invalid grant: account not found"));
    }
    if claims.aud != token_uri {
        return Err(TokenError::grant(format!(
            "Invalid JWT: Failed audience check. The right audience is {token_uri}"
        )));
    }
    let life = claims.exp.saturating_sub(claims.iat);
    let timely = claims.iat <= now + LEEWAY && now < claims.exp && life <= LONGEST_LIFE;
    if !timely {
        return Err(TokenError::grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable \
             timeframe. Check your iat and exp values in the JWT claim.",
        ));
    }
    let mut scopes = claims.scope.split_whitespace().peekable();
    if scopes.peek().is_none() || !scopes.all(|scope| SCOPES.contains(&scope)) {
        return Err(TokenError::new(
            "invalid_scope",
            "Invalid OAuth scope or ID token audience provided.",
        ));
    }
    Ok(())
}

/// The claims, if RS256 with our key signed them. The times are checked against the sandbox's clock
/// later, so the library must not check them against the system's.
fn claims(assertion: &str) -> Option<serde_json::Value> {
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY).ok()?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode(assertion, &key, &validation)
        .ok()
        .map(|token| token.claims)
}
