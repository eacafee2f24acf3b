//! What can go wrong with a provider, by class.

use std::time::Duration;

use crate::InvalidRequest;

/// What a provider's refusal means for us, decided by its code and never by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// Passing: unreachable, timed out, internal error. Trying again may help.
    Retry,
    /// Too many calls. Trying again later helps.
    Throttle,
    /// The credentials are dead; somebody has to connect the account again.
    Reauth,
    /// A permission is missing or was revoked.
    Permission,
    /// Outside the time in which the provider lets us write.
    Window,
    /// The person cannot be reached.
    Recipient,
    /// The request itself is wrong.
    Content,
    /// The provider enforces its rules against the account.
    Policy,
    /// The account is unknown or set up wrongly.
    Config,
}

impl ErrorClass {
    /// The name in answers and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Throttle => "throttle",
            Self::Reauth => "reauth",
            Self::Permission => "permission",
            Self::Window => "window",
            Self::Recipient => "recipient",
            Self::Content => "content",
            Self::Policy => "policy",
            Self::Config => "config",
        }
    }

    /// Whether the same call may succeed later without anybody mending anything.
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Retry | Self::Throttle)
    }
}

/// Whether a failed call may have changed something on the provider's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Provably not: it was refused, or never arrived.
    None,
    /// Nobody knows: the answer is missing or says nothing.
    Possible,
}

/// A provider refused, or could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// What it means for us.
    pub class: ErrorClass,
    /// The provider's own words, without any secret that we sent it.
    pub message: String,
    /// The provider's own code: `190/463`, `20003`.
    pub code: Option<String>,
    /// Whether something may have changed all the same.
    pub effect: Effect,
    /// When the provider asks us to come back.
    pub retry_after: Option<Duration>,
}

impl ProviderError {
    /// The provider said no, and did nothing.
    pub fn refused(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            code: None,
            effect: Effect::None,
            retry_after: None,
        }
    }

    /// The provider's answer is missing or unusable.
    pub fn unclear(message: impl Into<String>) -> Self {
        Self {
            effect: Effect::Possible,
            ..Self::refused(ErrorClass::Retry, message)
        }
    }

    /// A link to a file is none that the provider could have given.
    pub fn unusable_link(link: &str) -> Self {
        Self::refused(
            ErrorClass::Content,
            format!("{link:?} is no link to a file of this provider"),
        )
    }

    /// The same with the provider's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// The source lacks a setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the setting {setting} is missing; set it in the configuration file, or as {variable}")]
pub struct NotConfigured {
    /// Its full name: `sources.facebook.app_id`.
    pub setting: String,
    /// The environment variable that would set it.
    pub variable: String,
}

/// An account could not be connected or explored; the variants are what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Mend the request.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// Mend the configuration.
    #[error(transparent)]
    NotConfigured(#[from] NotConfigured),
    /// Mend the account, or try again later, as the class says.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// For disconnecting, where there is no request to mend.
impl From<ConnectError> for ProviderError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Invalid(error) => Self::refused(ErrorClass::Content, error.problem),
            ConnectError::NotConfigured(error) => {
                Self::refused(ErrorClass::Config, error.to_string())
            }
            ConnectError::Provider(error) => error,
        }
    }
}
