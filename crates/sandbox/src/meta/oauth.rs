//! Exchanging and examining tokens.
//!
//! developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived and
//! /docs/graph-api/reference/debug_token, read 2026-11-22.

use serde_json::{Value, json};

use super::auth::Caller;
use super::graph_error::GraphError;
use super::params::Params;
use super::state::{Issued, State};
use super::world::{Token, TokenKind};

/// How long an app may read data of a person who does not come back: 90 days.
const DATA_ACCESS: i64 = 90 * 24 * 60 * 60;

/// Gives a long token for a short one.
pub(crate) fn exchange(state: &mut State, params: &Params, now: i64) -> Result<Value, GraphError> {
    match params.required("grant_type")? {
        "fb_exchange_token" => {}
        other => {
            return Err(GraphError::parameter(format!(
                "Invalid grant_type: {other}"
            )));
        }
    }
    let client_id = params
        .get("client_id")
        .ok_or_else(|| GraphError::new(101, "Missing client_id parameter."))?;
    if client_id != state.app.id {
        return Err(GraphError::new(
            101,
            "Error validating application. Cannot get application info due to a system error.",
        ));
    }
    let secret = params
        .get("client_secret")
        .ok_or_else(|| GraphError::new(1, "Missing client_secret parameter."))?;
    if secret != state.app.secret {
        return Err(GraphError::new(1, "Error validating client secret."));
    }
    let text = params.required("fb_exchange_token")?;
    let had = state
        .token(text)
        .ok_or_else(|| GraphError::new(190, format!("Malformed access token {text}")))?;
    let refused = |error: GraphError| error.with_status(http::StatusCode::BAD_REQUEST);
    had.check(now).map_err(refused)?;
    if had
        .token
        .app_id
        .as_ref()
        .is_some_and(|app| *app != state.app.id)
    {
        return Err(GraphError::new(
            190,
            "Error validating access token: it belongs to another application.",
        ));
    }
    if had.expires_at.is_none() {
        return Err(GraphError::parameter(
            "fb_exchange_token never expires and cannot be exchanged",
        ));
    }
    let lifetime = match had.token.kind {
        TokenKind::Page(_) => None,
        TokenKind::User | TokenKind::SystemUser => Some(Token::LONG),
    };
    let token = Token {
        lifetime,
        ..had.token.clone()
    };
    let text = state.issue(token, now);
    let mut answer = json!({"access_token": text, "token_type": "bearer"});
    if let (Some(lifetime), Some(answer)) = (lifetime, answer.as_object_mut()) {
        answer.insert("expires_in".to_owned(), lifetime.as_secs().into());
    }
    Ok(answer)
}

/// Tells about a token. About a dead one it tells that, with HTTP 200.
pub(crate) fn debug(
    state: &State,
    caller: &Caller,
    params: &Params,
    now: i64,
) -> Result<Value, GraphError> {
    if !matches!(caller, Caller::App) {
        return Err(GraphError::parameter(
            "You must provide an app access token, or a user access token that is an owner or \
             developer of the app",
        ));
    }
    let text = params.required("input_token")?;
    let Some(issued) = state.token(text) else {
        let unknown = GraphError::new(
            190,
            "Invalid OAuth access token - Cannot parse access token",
        );
        return Ok(unknown.inside_data());
    };
    if issued
        .token
        .app_id
        .as_ref()
        .is_some_and(|app| *app != state.app.id)
    {
        let foreign =
            GraphError::parameter("The App_id in the input_token did not match the Viewing App");
        return Ok(foreign.inside_data());
    }
    match issued.check(now) {
        Ok(()) => Ok(alive(state, issued)),
        Err(dead) => Ok(dead.inside_data()),
    }
}

fn alive(state: &State, issued: &Issued) -> Value {
    let token = &issued.token;
    let granular: Vec<_> = token
        .scopes
        .iter()
        .map(|scope| match (token.targets.get(scope), &token.kind) {
            (Some(targets), _) => json!({"scope": scope, "target_ids": targets}),
            (None, TokenKind::Page(id)) if scope.starts_with("pages_") => {
                json!({"scope": scope, "target_ids": [id]})
            }
            (None, _) => json!({"scope": scope}),
        })
        .collect();
    let (kind, profile_id) = match &token.kind {
        TokenKind::User => ("USER", None),
        TokenKind::SystemUser => ("SYSTEM_USER", None),
        TokenKind::Page(id) => ("PAGE", Some(id)),
    };
    let data_access = match token.kind {
        TokenKind::SystemUser => 0,
        TokenKind::User | TokenKind::Page(_) => issued.since + DATA_ACCESS,
    };
    let mut data = json!({
        "app_id": state.app.id,
        "type": kind,
        "application": state.app.name,
        "data_access_expires_at": data_access,
        "expires_at": issued.expires_at.unwrap_or(0),
        "is_valid": true,
        "issued_at": issued.since,
        "scopes": token.scopes,
        "granular_scopes": granular,
        "user_id": token.user_id,
    });
    if let (Some(id), Some(data)) = (profile_id, data.as_object_mut()) {
        data.insert("profile_id".to_owned(), id.as_str().into());
    }
    json!({ "data": data })
}
