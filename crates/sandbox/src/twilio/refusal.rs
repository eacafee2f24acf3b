//! Twilio's error answers (www.twilio.com/docs/usage/twilios-response and /docs/api/errors, read
//! 2026-11-22).

use http::{StatusCode, header};
use serde_json::json;

use crate::exchange::Reply;

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TwilioError {
    status: StatusCode,
    code: u32,
    message: String,
    retry_after: bool,
}

impl TwilioError {
    fn new(status: StatusCode, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: false,
        }
    }

    /// Wrong credentials, or an account that is suspended or closed.
    pub(crate) fn authenticate() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 20003, "Authenticate")
    }

    /// The credentials may not do this.
    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, 20403, "Forbidden")
    }

    /// Nothing there.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            20404,
            format!("The requested resource {path} was not found"),
        )
    }

    /// Something there, and not for this method.
    pub(crate) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, 20004, "Method not allowed")
    }

    /// The body is in a language that the resource does not speak.
    pub(crate) fn media_type(media_type: &str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            20415,
            format!("Content-Type \"{media_type}\" is not supported"),
        )
    }

    /// A parameter is missing, unknown or wrong.
    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 20001, message)
    }

    /// An address that Twilio could never call.
    pub(crate) fn url(name: &str, value: &str) -> Self {
        let message = format!("{name} is not a valid URL: {value}");
        Self::new(StatusCode::BAD_REQUEST, 21402, message)
    }

    /// A method that Twilio would never call with.
    pub(crate) fn url_method(name: &str, value: &str) -> Self {
        let message = format!("{name} is not a valid HTTP method: {value}");
        Self::new(StatusCode::BAD_REQUEST, 21403, message)
    }

    /// Too many calls; nothing was done.
    pub(crate) fn too_many() -> Self {
        Self {
            retry_after: true,
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests")
        }
    }

    /// Down for the moment.
    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            20503,
            "Service unavailable",
        )
    }

    pub(crate) fn reply(&self) -> Reply {
        let reply = Reply::json(
            self.status,
            &json!({
                "code": self.code,
                "message": self.message,
                "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
                "status": self.status.as_u16(),
            }),
        );
        if self.retry_after {
            return reply.with_header(header::RETRY_AFTER, "1");
        }
        if self.status == StatusCode::UNAUTHORIZED {
            return reply.with_header(header::WWW_AUTHENTICATE, "Basic realm=\"Twilio API\"");
        }
        reply
    }
}
