//! The procedures of custom sources.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod channels;
mod manage;
mod webhook;

use http::{HeaderMap, StatusCode};
use switchboard_domain::Source;
use switchboard_engine::Engine;
use switchboard_engine::sources::{SourceChannelError, SourceError, WebhookError};

use super::Procedure;
use super::bearer::bearer;
use crate::body::malformed;
use crate::error::{ApiError, Code, channel_taken};

/// What the hub's own programs call.
pub(super) fn procedures() -> Vec<Procedure> {
    manage::procedures()
}

/// What sources themselves call, with their own tokens.
pub(super) fn procedures_of_sources() -> Vec<Procedure> {
    let mut procedures = channels::procedures();
    procedures.push(webhook::procedure());
    procedures
}

/// The source that a request comes from.
async fn source_of(engine: &Engine, headers: &HeaderMap) -> Result<Source, ApiError> {
    let token = bearer(headers).unwrap_or_default();
    Ok(engine.source_of_token(token).await?)
}

impl From<SourceError> for ApiError {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Exists(_) => Self::new(Code::SourceExists, "Source already exists"),
            SourceError::Unknown(source) => Self::new(
                Code::UnknownSource,
                format!("Source not found: {}", source.as_str()),
            ),
            SourceError::Token => Self::new(
                Code::Unauthorized,
                "The request needs the token that sources.create gave to this source; send it as \
                 `Authorization: Bearer <token>`.",
            ),
            SourceError::Storage(error) => error.into(),
        }
    }
}

impl From<SourceChannelError> for ApiError {
    fn from(error: SourceChannelError) -> Self {
        match error {
            SourceChannelError::Unknown(id) => {
                Self::new(Code::UnknownChannel, format!("There is no channel {id}."))
            }
            SourceChannelError::NotYours(id) => Self::new(
                Code::Unauthorized,
                format!("The channel {id} belongs to another source."),
            )
            .with_status(StatusCode::FORBIDDEN),
            SourceChannelError::Taken(id) => channel_taken(id),
            SourceChannelError::Storage(error) => error.into(),
        }
    }
}

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Malformed(error) => malformed(&error),
            WebhookError::Invalid(error) => error.into(),
            WebhookError::Storage(error) => error.into(),
        }
    }
}
