//! Who calls: HTTP Basic with account SID and auth token.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::refusal::TwilioError;
use super::world::Account;
use crate::exchange::Request;

/// Refuses other credentials than the account's own.
pub(crate) fn authenticate(account: &Account, request: &Request) -> Result<(), TwilioError> {
    let expected = format!("{}:{}", account.sid, account.auth_token);
    let given = request
        .authorization("Basic")
        .and_then(|text| STANDARD.decode(text).ok());
    if given.as_deref() == Some(expected.as_bytes()) {
        return Ok(());
    }
    Err(TwilioError::authenticate())
}

/// Refuses an account that is suspended or closed; it can only be looked at.
pub(crate) fn require_active(account: &Account) -> Result<(), TwilioError> {
    if account.status == "active" {
        return Ok(());
    }
    Err(TwilioError::authenticate())
}
