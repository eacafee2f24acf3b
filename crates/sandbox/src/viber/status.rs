//! Viber's answers: always HTTP 200, `status` tells (developers.viber.com/docs/api/rest-bot-api,
//! "Error codes", read 2026-11-22).

use serde_json::json;

use crate::exchange::Reply;

/// Why Viber did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The webhook's address is wrong, or did not answer.
    InvalidUrl,
    /// The token is.
    InvalidAuthToken,
    /// A value of the body is.
    BadData,
    /// A value of the body is missing.
    MissingData,
    /// The account was blocked.
    Blocked,
    /// Too many calls.
    TooManyRequests,
    /// The token is right and not good for this.
    NotAuthorized,
}

impl Refused {
    const fn status(self) -> (u8, &'static str) {
        match self {
            Self::InvalidUrl => (1, "invalidUrl"),
            Self::InvalidAuthToken => (2, "invalidAuthToken"),
            Self::BadData => (3, "badData"),
            Self::MissingData => (4, "missingData"),
            Self::Blocked => (7, "publicAccountBlocked"),
            Self::TooManyRequests => (12, "tooManyRequests"),
            Self::NotAuthorized => (15, "publicAccountNotAuthorized"),
        }
    }

    pub(crate) fn reply(self) -> Reply {
        let (status, message) = self.status();
        Reply::ok(&json!({
            "status": status,
            "status_message": message,
            "chat_hostname": super::CHAT_HOSTNAME,
        }))
    }
}
