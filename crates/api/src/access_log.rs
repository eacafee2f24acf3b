//! One line in the log per request.
//!
//! Successes are worth a line at `debug` only: at tens of thousands of requests a second, writing
//! them would cost as much as answering. Bodies, query strings and credentials are never written.

use std::time::Duration;

use http::{Method, StatusCode};

use crate::error::ApiError;

/// From here on a success is worth a line at `info`.
const SLOW: Duration = Duration::from_secs(1);

/// How much an endpoint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    Normal,
    /// Called by machines every few seconds: only its failures are worth more than `debug`.
    Quiet,
}

/// What a line says.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) method: &'a Method,
    pub(crate) endpoint: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) took: Duration,
    pub(crate) request_id: &'a str,
    pub(crate) error: Option<&'a ApiError>,
    pub(crate) voice: Voice,
}

/// The fields are the same at every level; the level has to stand in the program's text.
macro_rules! event {
    ($level:ident, $line:expr) => {
        tracing::$level!(
            method = $line.method.as_str(),
            endpoint = $line.endpoint,
            status = $line.status.as_u16(),
            duration_ms = u64::try_from($line.took.as_millis()).unwrap_or(u64::MAX),
            request_id = $line.request_id,
            code = $line.error.map(|error| error.code().as_str()),
            cause = $line.error.and_then(ApiError::cause),
            "{} {} was answered with {}",
            $line.method,
            $line.endpoint,
            $line.status.as_u16()
        )
    };
}

pub(crate) fn write(line: &Line<'_>) {
    if line.status == StatusCode::INTERNAL_SERVER_ERROR {
        event!(error, line);
    } else if line.status.is_server_error() {
        event!(warn, line);
    } else if line.voice == Voice::Normal && (line.status.is_client_error() || line.took >= SLOW) {
        event!(info, line);
    } else {
        event!(debug, line);
    }
}
