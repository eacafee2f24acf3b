//! The answers that are errors, described once for all operations.

use utoipa::openapi::{ContentBuilder, Response, ResponseBuilder};

use super::reference;
use crate::error::Code;

/// An answer that is an error, by status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    BadRequest,
    Forbidden,
    UnknownChannel,
    UnknownChat,
    AccountBusy,
    ChannelTaken,
    ContactBack,
    BodyTooLarge,
    BodyTooSlow,
    UnsupportedMediaType,
    Internal,
    ProviderUnavailable,
    Unavailable,
    Unknown,
    InvalidToken,
    TooManyRequests,
    SourceExists,
    NoFileName,
}

impl Fault {
    pub(super) const ALL: &[Self] = &[
        Self::BadRequest,
        Self::Forbidden,
        Self::UnknownChannel,
        Self::UnknownChat,
        Self::AccountBusy,
        Self::ChannelTaken,
        Self::ContactBack,
        Self::BodyTooLarge,
        Self::BodyTooSlow,
        Self::UnsupportedMediaType,
        Self::Internal,
        Self::ProviderUnavailable,
        Self::Unavailable,
        Self::Unknown,
        Self::InvalidToken,
        Self::TooManyRequests,
        Self::SourceExists,
        Self::NoFileName,
    ];

    /// What every procedure may answer.
    pub(crate) const PROCEDURE: &[Self] = &[
        Self::BadRequest,
        Self::Forbidden,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::Internal,
        Self::Unavailable,
    ];

    /// What a procedure that talks to a provider may answer besides.
    pub(crate) const PROVIDER: &[Self] = &[Self::AccountBusy, Self::ProviderUnavailable];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::Forbidden => "Forbidden",
            Self::UnknownChannel => "UnknownChannel",
            Self::UnknownChat => "UnknownChat",
            Self::AccountBusy => "AccountBusy",
            Self::ChannelTaken => "ChannelTaken",
            Self::ContactBack => "ContactBack",
            Self::BodyTooLarge => "BodyTooLarge",
            Self::BodyTooSlow => "BodyTooSlow",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::Internal => "Internal",
            Self::ProviderUnavailable => "ProviderUnavailable",
            Self::Unavailable => "Unavailable",
            Self::Unknown => "Unknown",
            Self::InvalidToken => "InvalidToken",
            Self::TooManyRequests => "TooManyRequests",
            Self::SourceExists => "SourceExists",
            Self::NoFileName => "NoFileName",
        }
    }

    pub(super) fn status(self) -> String {
        if self == Self::NoFileName {
            return "422".to_owned();
        }
        self.codes()
            .first()
            .map_or_else(String::new, |code| code.status().as_str().to_owned())
    }

    const fn codes(self) -> &'static [Code] {
        match self {
            Self::BadRequest => &[
                Code::InvalidRequest,
                Code::MalformedJson,
                Code::IncompleteBody,
                Code::ProviderRefused,
                Code::SourceNotConfigured,
                Code::NotAtRunTime,
            ],
            Self::Forbidden => &[
                Code::Unauthorized,
                Code::HostNotAllowed,
                Code::OriginNotAllowed,
            ],
            Self::UnknownChannel => &[Code::UnknownChannel],
            Self::UnknownChat => &[Code::UnknownChannel, Code::NotFound],
            Self::ContactBack => &[Code::ContactBack],
            Self::AccountBusy => &[Code::AccountBusy, Code::StillWaiting, Code::ChannelTaken],
            Self::ChannelTaken => &[Code::ChannelTaken],
            Self::BodyTooLarge => &[Code::BodyTooLarge],
            Self::BodyTooSlow => &[Code::BodyTooSlow],
            Self::UnsupportedMediaType => &[Code::UnsupportedMediaType],
            Self::Internal => &[Code::Internal, Code::CredentialsUnreadable],
            Self::ProviderUnavailable => &[Code::ProviderUnavailable, Code::ProviderRateLimited],
            Self::Unavailable => &[Code::StorageUnavailable, Code::RequestTimeout],
            Self::Unknown => &[Code::NotFound],
            Self::InvalidToken => &[Code::InvalidToken],
            Self::TooManyRequests => &[Code::TooManyRequests],
            Self::SourceExists => &[Code::SourceExists],
            Self::NoFileName => &[Code::InvalidRequest],
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::BadRequest => {
                "The request cannot be done as it is: the body is wrong (`field` names the first \
                 field), the provider refuses, or the source is not configured. Nothing was \
                 changed."
            }
            Self::Forbidden => "The caller does not show the hub's token, or may not call at all.",
            Self::UnknownChannel => "No channel has that id.",
            Self::UnknownChat => {
                "No connected channel of the web chat has that id, or the conversation is on another."
            }
            Self::ContactBack => "The contact that would come back is there again.",
            Self::AccountBusy => {
                "Another request is changing the same account; try again. Or the channel's id is \
                 another account's, of another source."
            }
            Self::ChannelTaken => "The channel's id is another account's, of another source.",
            Self::BodyTooLarge => "The body is too large.",
            Self::BodyTooSlow => "The body did not arrive in time.",
            Self::UnsupportedMediaType => "The body is not said to be JSON.",
            Self::Internal => "The hub is at fault; its log knows more under `request_id`.",
            Self::ProviderUnavailable => {
                "The provider cannot be reached, or takes no more calls for now (`retry-after` \
                 tells how long, if it is known). Nothing was changed in the hub."
            }
            Self::Unavailable => "The hub cannot answer for now; try again.",
            Self::Unknown => "Nothing has that id.",
            Self::InvalidToken => "The token is none that this hub has given, or has run out.",
            Self::TooManyRequests => "Too many requests; `retry-after` tells when to try again.",
            Self::SourceExists => "There is a source of that name already.",
            Self::NoFileName => "The file has no name.",
        }
    }

    pub(super) fn response(self) -> Response {
        let codes: Vec<_> = self
            .codes()
            .iter()
            .map(|code| format!("`{}`", code.as_str()))
            .collect();
        let content = ContentBuilder::new()
            .schema(Some(reference("Error")))
            .build();
        ResponseBuilder::new()
            .description(format!("{} Codes: {}.", self.says(), codes.join(", ")))
            .content("application/json", content)
            .build()
    }
}
