//! The error answers of the Graph API (developers.facebook.com/docs/graph-api/guides/error-handling,
//! read 2026-11-22).

use http::StatusCode;
use serde_json::json;

use super::state::Issued;
use super::world::Death;
use crate::exchange::Reply;

/// An error answer, except for its trace id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphError {
    status: StatusCode,
    kind: &'static str,
    pub(crate) code: u32,
    subcode: Option<u32>,
    is_transient: bool,
    pub(crate) message: String,
}

impl GraphError {
    /// An error of type `OAuthException` with HTTP status 400.
    pub(crate) fn new(code: u32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: "OAuthException",
            code,
            subcode: None,
            is_transient: false,
            message: message.into(),
        }
    }

    /// The call itself is wrong: `GraphMethodException`.
    pub(crate) fn method(message: impl Into<String>) -> Self {
        Self {
            kind: "GraphMethodException",
            ..Self::new(100, message)
        }
    }

    /// A parameter is missing or wrong: code 100.
    pub(crate) fn parameter(message: impl std::fmt::Display) -> Self {
        Self::new(100, format!("(#100) {message}"))
    }

    /// A permission is missing: codes 10 and 200 to 299.
    pub(crate) fn permission(code: u32, message: impl std::fmt::Display) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            ..Self::new(code, format!("(#{code}) {message}"))
        }
    }

    /// Nothing with this id, or nothing that this caller may know of.
    pub(crate) fn unknown_object(method: &http::Method, id: &str) -> Self {
        let verb = method.as_str().to_ascii_lowercase();
        Self {
            subcode: Some(33),
            ..Self::method(format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded \
                 due to missing permissions, or does not support this operation. Please read the \
                 Graph API documentation at https://developers.facebook.com/docs/graph-api"
            ))
        }
    }

    /// The token's time is over.
    pub(crate) fn expired(expires_at: i64, now: i64) -> Self {
        Self::dead(
            463,
            format!(
                "Error validating access token: Session has expired at unix time {expires_at}. The \
                 current unix time is {now}."
            ),
        )
    }

    /// The token died before its time.
    pub(crate) fn died(death: Death) -> Self {
        let (subcode, why) = match death {
            Death::AppRemoved => (458, "The user has not authorized application."),
            Death::Checkpoint => (
                459,
                "The user is enrolled in a blocking, logged-in checkpoint",
            ),
            Death::PasswordChanged => (
                460,
                "The session has been invalidated because the user changed their password or \
                 Facebook has changed the session for security reasons.",
            ),
            Death::SessionEnded => (467, "The session is invalid because the user logged out."),
        };
        Self::dead(subcode, format!("Error validating access token: {why}"))
    }

    /// The user lost the role on the page.
    pub(crate) fn no_role() -> Self {
        Self::dead(
            492,
            "Error validating access token: The user must be an administrator, editor, or \
             moderator of the page in order to impersonate it."
                .to_owned(),
        )
    }

    fn dead(subcode: u32, message: String) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            subcode: Some(subcode),
            ..Self::new(190, message)
        }
    }

    /// Passing trouble, in Meta's own words.
    pub(crate) fn outage() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            is_transient: true,
            ..Self::new(
                2,
                "An unexpected error has occurred. Please retry your request later.",
            )
        }
    }

    #[must_use]
    pub(crate) const fn with_subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    #[must_use]
    pub(crate) const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// What `debug_token` shows inside its answer.
    pub(crate) fn inside_data(&self) -> serde_json::Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let (Some(subcode), Some(error)) = (self.subcode, error.as_object_mut()) {
            error.insert("subcode".to_owned(), subcode.into());
        }
        json!({"data": {"error": error, "is_valid": false, "scopes": []}})
    }

    pub(crate) fn reply(&self, trace: &str) -> Reply {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": trace,
        });
        if let Some(fields) = error.as_object_mut() {
            if let Some(subcode) = self.subcode {
                fields.insert("error_subcode".to_owned(), subcode.into());
            }
            if self.is_transient {
                fields.insert("is_transient".to_owned(), true.into());
            }
        }
        Reply::json(self.status, &json!({ "error": error }))
    }
}

impl Issued {
    /// Why Meta would not take the token any more.
    pub(crate) fn check(&self, now: i64) -> Result<(), GraphError> {
        if let Some(death) = self.death {
            return Err(GraphError::died(death));
        }
        match self.expires_at {
            Some(end) if end <= now => Err(GraphError::expired(end, now)),
            _ => Ok(()),
        }
    }
}
