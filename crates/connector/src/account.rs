//! Accounts on their way between a provider and the engine.

use switchboard_domain::{RawJson, Secret, SourceChannelId, UpstreamKey};

/// An account that the provider has confirmed and that is not stored yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The provider's own name of the account.
    pub source_channel_id: SourceChannelId,
    /// The request's name, else the provider's; never blank.
    pub name: String,
    /// The request's picture, else the provider's.
    pub image_url: Option<String>,
    /// What has to be subscribed; `None` if connecting changes nothing on the provider's side.
    pub upstream: Option<UpstreamKey>,
    /// What lets us act for the account, in the connector's own JSON; `None` if the configuration
    /// suffices.
    pub credentials: Option<Secret>,
    /// What to remember that is no secret, in the connector's own JSON.
    pub facts: RawJson,
}

/// A stored account, as a connector needs it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The provider's own name of the account.
    pub source_channel_id: SourceChannelId,
    /// What was subscribed.
    pub upstream: UpstreamKey,
    /// What the connector stored; `None` if there was nothing to store.
    pub credentials: Option<Secret>,
    /// What the connector remembered.
    pub facts: RawJson,
}

/// An account that could be connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The provider's own name of the account.
    pub source_channel_id: SourceChannelId,
    /// The provider's name for people.
    pub name: String,
    /// The provider's picture.
    pub image_url: Option<String>,
}
