//! What the engine's refusals are in HTTP.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;
use switchboard_connector::{ConnectError, ErrorClass, NotConfigured, ProviderError};
use switchboard_domain::{ChannelId, Source};
use switchboard_engine::channels::{
    ChannelInfoError, ConnectChannelError, DisconnectChannelError, ExploreChannelsError,
    SharedStorageError, UpdateChannelError,
};
use switchboard_engine::{StorageError, VaultError};

use super::{ApiError, Code, ProviderFailureJson};

/// When somebody whom the database turned away may come back.
const STORAGE_AGAIN: Duration = Duration::from_secs(1);

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        storage_failed(&error)
    }
}

impl From<SharedStorageError> for ApiError {
    fn from(error: SharedStorageError) -> Self {
        storage_failed(error.storage())
    }
}

impl From<ChannelInfoError> for ApiError {
    fn from(error: ChannelInfoError) -> Self {
        match error {
            ChannelInfoError::Unknown(id) => unknown_channel(id),
            ChannelInfoError::Storage(error) => error.into(),
        }
    }
}

impl From<UpdateChannelError> for ApiError {
    fn from(error: UpdateChannelError) -> Self {
        match error {
            UpdateChannelError::Unknown(id) => unknown_channel(id),
            UpdateChannelError::Storage(error) => error.into(),
        }
    }
}

/// Connecting an account of `source` did not work.
pub(crate) fn connecting_failed(source: &Source, error: ConnectChannelError) -> ApiError {
    match error {
        ConnectChannelError::UnknownSource(source) => unknown_source(&source),
        ConnectChannelError::Connect(error) => connect_failed(source, error),
        ConnectChannelError::Busy => account_busy(),
        ConnectChannelError::Taken(id) => channel_taken(id),
        ConnectChannelError::Storage(error) => error.into(),
    }
}

/// Listing the accounts of `source` did not work.
pub(crate) fn exploring_failed(source: &Source, error: ExploreChannelsError) -> ApiError {
    match error {
        ExploreChannelsError::UnknownSource(source) => unknown_source(&source),
        ExploreChannelsError::Connect(error) => connect_failed(source, error),
        ExploreChannelsError::Storage(error) => error.into(),
    }
}

/// Disconnecting a channel of `source` did not work.
pub(crate) fn disconnecting_failed(source: &Source, error: DisconnectChannelError) -> ApiError {
    match error {
        // Here an unknown channel is a wrong request, says the specification.
        DisconnectChannelError::Unknown(id) => {
            unknown_channel(id).with_status(StatusCode::BAD_REQUEST)
        }
        DisconnectChannelError::Provider(error) => provider_failed(source, &error),
        DisconnectChannelError::Credentials(error) => credentials_unreadable(&error),
        DisconnectChannelError::Busy => account_busy(),
        DisconnectChannelError::Storage(error) => error.into(),
    }
}

fn connect_failed(source: &Source, error: ConnectError) -> ApiError {
    match error {
        ConnectError::Invalid(error) => error.into(),
        ConnectError::NotConfigured(error) => not_configured(source, &error),
        ConnectError::Provider(error) => provider_failed(source, &error),
    }
}

fn provider_failed(source: &Source, error: &ProviderError) -> ApiError {
    let said = as_sentence(&error.message);
    let (code, message) = match error.class {
        ErrorClass::Throttle => (
            Code::ProviderRateLimited,
            format!(
                "{source} takes no more calls for now: {said} Nothing was changed in this hub; \
                 try again later."
            ),
        ),
        class if class.is_transient() => (
            Code::ProviderUnavailable,
            format!(
                "{source} could not be asked: {said} Nothing was changed in this hub; try again."
            ),
        ),
        _ => (Code::ProviderRefused, format!("{source} refused: {said}")),
    };
    let mut answer = ApiError::new(code, message).with_provider(ProviderFailureJson {
        source: source.as_str().to_owned(),
        class: error.class.as_str(),
        code: error.code.clone(),
    });
    if error.class.is_transient() {
        answer = answer.with_retry_after(error.retry_after).caused_by(error);
    }
    answer
}

/// The provider's words, so that ours can follow.
fn as_sentence(message: &str) -> Cow<'_, str> {
    let message = message.trim();
    if message.is_empty() {
        return Cow::Borrowed("it gives no reason.");
    }
    if message.ends_with(['.', '!', '?']) {
        return Cow::Borrowed(message);
    }
    Cow::Owned(format!("{message}."))
}

fn not_configured(source: &Source, error: &NotConfigured) -> ApiError {
    ApiError::new(
        Code::SourceNotConfigured,
        format!("The source {source} is not configured: {error}."),
    )
}

fn credentials_unreadable(error: &VaultError) -> ApiError {
    ApiError::new(
        Code::CredentialsUnreadable,
        format!(
            "The channel cannot be disconnected at its provider: {error}. With \"force\": true it \
             is disconnected here alone."
        ),
    )
    .caused_by(error)
}

/// The channel's id is made of the source and its own name, and another source's channel has it.
pub(crate) fn channel_taken(id: ChannelId) -> ApiError {
    ApiError::new(
        Code::ChannelTaken,
        format!(
            "The channel {id} is another account's, of another source; choose another name for \
             this one."
        ),
    )
}

fn account_busy() -> ApiError {
    ApiError::new(
        Code::AccountBusy,
        "The account is being connected or disconnected by another request; try again when that \
         one is done.",
    )
}

fn unknown_channel(id: ChannelId) -> ApiError {
    ApiError::new(
        Code::UnknownChannel,
        format!("There is no channel {id}; channels.list shows those there are."),
    )
}

fn unknown_source(source: &Source) -> ApiError {
    ApiError::new(
        Code::UnknownSource,
        format!("The source {source} does not exist, or cannot do that."),
    )
}

fn storage_failed(error: &StorageError) -> ApiError {
    if error.is_transient() {
        return ApiError::new(
            Code::StorageUnavailable,
            "The hub's database does not answer; try again in a moment.",
        )
        .with_retry_after(Some(STORAGE_AGAIN))
        .caused_by(error);
    }
    ApiError::internal(super::with_causes(error))
}
