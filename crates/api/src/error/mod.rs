//! Errors on their way to the caller.
//!
//! An endpoint returns an [`ApiError`]; the gate around all endpoints turns it into the answer, since
//! only the gate knows the request's id, and writes the cause to the log.

mod code;
mod engine;
mod json;
mod nouns;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use switchboard_connector::InvalidRequest;

pub(crate) use code::Code;
pub(crate) use engine::{channel_taken, connecting_failed, disconnecting_failed, exploring_failed};
pub(crate) use json::{ErrorJson, ProviderFailureJson};

use crate::request_id::RequestId;

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(crate) struct ApiError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    status: StatusCode,
    message: Cow<'static, str>,
    field: Option<String>,
    provider: Option<ProviderFailureJson>,
    retry_after: Option<Duration>,
    /// For the log alone.
    cause: Option<String>,
}

impl ApiError {
    pub(crate) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            status: code.status(),
            message: message.into(),
            field: None,
            provider: None,
            retry_after: None,
            cause: None,
        }))
    }

    /// Our own fault, of which the caller learns nothing but the request's id.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let mut error = Self::new(
            Code::Internal,
            "Something went wrong inside the hub; its log knows more under this request_id.",
        );
        error.0.cause = Some(cause.into());
        error
    }

    /// The same with another status than the code's.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// The same with the field that is at fault.
    pub(crate) fn with_field(mut self, field: &str) -> Self {
        self.0.field = Some(field.to_owned());
        self
    }

    fn with_provider(mut self, provider: ProviderFailureJson) -> Self {
        self.0.provider = Some(provider);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// The same with what the log is to know of it.
    pub(crate) fn caused_by(mut self, error: &dyn Error) -> Self {
        self.0.cause = Some(with_causes(error));
        self
    }

    pub(crate) fn code(&self) -> Code {
        self.0.code
    }

    pub(crate) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The answer to the request of that id.
    pub(crate) fn answer(&self, id: &RequestId) -> Response {
        let Inner {
            code,
            status,
            message,
            field,
            provider,
            retry_after,
            cause: _,
        } = &*self.0;
        let body = axum::Json(ErrorJson {
            message,
            code: *code,
            request_id: id.as_str(),
            field: field.as_deref(),
            provider: provider.as_ref(),
        });
        let mut answer = (*status, body).into_response();
        if let Some(wait) = retry_after {
            // Rounded up: who comes back too early is sent away again.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            answer
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

/// For the gate, which takes it out again.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<InvalidRequest> for ApiError {
    fn from(error: InvalidRequest) -> Self {
        let InvalidRequest { field, problem } = error;
        let mut answer = Self::new(Code::InvalidRequest, problem);
        answer.0.field = field;
        answer
    }
}

/// An error with all that led to it, on one line.
fn with_causes(error: &dyn Error) -> String {
    let chain: Vec<_> = std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect();
    chain.join(": ")
}
