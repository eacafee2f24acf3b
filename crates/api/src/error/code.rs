//! The codes of errors: stable, and each with its status.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// What kind of error it is; never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErrorCode)]
pub(crate) enum Code {
    MalformedJson,
    IncompleteBody,
    InvalidRequest,
    ProviderRefused,
    SourceNotConfigured,
    NotAtRunTime,
    Unauthorized,
    HostNotAllowed,
    OriginNotAllowed,
    NotFound,
    UnknownChannel,
    UnknownSource,
    MethodNotAllowed,
    AccountBusy,
    StillWaiting,
    ContactBack,
    ChannelTaken,
    BodyTooLarge,
    BodyTooSlow,
    TooManyRequests,
    InvalidToken,
    SourceExists,
    UnsupportedMediaType,
    CredentialsUnreadable,
    Internal,
    ProviderUnavailable,
    ProviderRateLimited,
    StorageUnavailable,
    RequestTimeout,
}

impl Code {
    /// The name in answers and logs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed_json",
            Self::IncompleteBody => "incomplete_body",
            Self::InvalidRequest => "invalid_request",
            Self::ProviderRefused => "provider_refused",
            Self::SourceNotConfigured => "source_not_configured",
            Self::NotAtRunTime => "not_at_run_time",
            Self::Unauthorized => "unauthorized",
            Self::HostNotAllowed => "host_not_allowed",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::NotFound => "not_found",
            Self::UnknownChannel => "unknown_channel",
            Self::UnknownSource => "unknown_source",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::AccountBusy => "account_busy",
            Self::StillWaiting => "still_waiting",
            Self::ContactBack => "contact_back",
            Self::ChannelTaken => "channel_taken",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyTooSlow => "body_too_slow",
            Self::TooManyRequests => "too_many_requests",
            Self::InvalidToken => "invalid_token",
            Self::SourceExists => "source_exists",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::CredentialsUnreadable => "credentials_unreadable",
            Self::Internal => "internal",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::ProviderRateLimited => "provider_rate_limited",
            Self::StorageUnavailable => "storage_unavailable",
            Self::RequestTimeout => "request_timeout",
        }
    }

    /// The status that goes with it, where an endpoint does not say otherwise.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson
            | Self::IncompleteBody
            | Self::InvalidRequest
            | Self::ProviderRefused
            | Self::SourceNotConfigured
            | Self::NotAtRunTime => StatusCode::BAD_REQUEST,
            Self::Unauthorized | Self::HostNotAllowed | Self::OriginNotAllowed => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound | Self::UnknownChannel | Self::UnknownSource => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::AccountBusy
            | Self::StillWaiting
            | Self::ContactBack
            | Self::ChannelTaken
            | Self::SourceExists => StatusCode::CONFLICT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::CredentialsUnreadable | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ProviderUnavailable | Self::ProviderRateLimited => StatusCode::BAD_GATEWAY,
            Self::StorageUnavailable | Self::RequestTimeout => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
