//! Who calls: the token, its life, and the proof that the caller has the app's secret
//! (developers.facebook.com/docs/graph-api/guides/secure-requests, read 2026-11-22).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::graph_error::GraphError;
use super::params::Params;
use super::state::{Issued, State};
use super::world::{Token, TokenKind};
use crate::exchange::Request;

/// Who calls.
pub(crate) enum Caller {
    /// The app itself.
    App,
    /// The holder of a token.
    Holder {
        /// Its text.
        text: String,
        /// What is known of it.
        issued: Box<Issued>,
    },
}

impl Caller {
    /// Checks the token and its proof.
    pub(crate) fn of(
        state: &State,
        request: &Request,
        params: &Params,
        now: i64,
    ) -> Result<Self, GraphError> {
        let text = params
            .get("access_token")
            .or_else(|| request.authorization("Bearer"))
            .or_else(|| request.authorization("OAuth"))
            .ok_or_else(|| {
                GraphError::new(104, "An access token is required to request this resource.")
            })?;
        if text.contains('|') {
            if text == format!("{}|{}", state.app.id, state.app.secret) {
                return Ok(Self::App);
            }
            return Err(GraphError::new(
                190,
                "Invalid OAuth access token signature.",
            ));
        }
        let issued = state
            .token(text)
            .ok_or_else(|| GraphError::new(190, format!("Malformed access token {text}")))?;
        issued.check(now)?;
        check_proof(state, params, text, issued)?;
        check_role(state, &issued.token)?;
        Ok(Self::Holder {
            text: text.to_owned(),
            issued: Box::new(issued.clone()),
        })
    }

    /// The token of a person, a system user or a page.
    pub(crate) fn token(&self) -> Option<&Token> {
        match self {
            Self::App => None,
            Self::Holder { issued, .. } => Some(&issued.token),
        }
    }

    /// Whether the caller is this user.
    pub(crate) fn is(&self, user_id: &str) -> bool {
        self.token().is_some_and(|token| token.user_id == user_id)
    }

    /// Whether the caller was given a permission.
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.token()
            .is_some_and(|token| token.scopes.contains(scope))
    }
}

fn check_proof(
    state: &State,
    params: &Params,
    text: &str,
    issued: &Issued,
) -> Result<(), GraphError> {
    let Some(proof) = params.get("appsecret_proof") else {
        return Err(GraphError::method(
            "API calls from the server require an appsecret_proof argument",
        ));
    };
    let of_this_app = issued
        .token
        .app_id
        .as_ref()
        .is_none_or(|app| *app == state.app.id);
    // A key of any length is taken, so the constructor cannot fail.
    let matches = Hmac::<Sha256>::new_from_slice(state.app.secret.as_bytes()).is_ok_and(|mac| {
        let sum = mac.chain_update(text).finalize().into_bytes();
        hex::encode(sum) == proof
    });
    if of_this_app && matches {
        return Ok(());
    }
    Err(GraphError::method(
        "Invalid appsecret_proof provided in the API argument",
    ))
}

/// A page token dies when its user leaves the page.
fn check_role(state: &State, token: &Token) -> Result<(), GraphError> {
    let TokenKind::Page(page_id) = &token.kind else {
        return Ok(());
    };
    if state.tasks(&token.user_id, page_id).is_some() {
        return Ok(());
    }
    Err(GraphError::no_role())
}
