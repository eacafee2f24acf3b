//! The trait itself.

use async_trait::async_trait;
use serde_json::Value;
use switchboard_domain::{ChannelId, MessageId, RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

use crate::{
    Account, Candidate, Checks, ConnectError, Delivery, Draft, Handshake, MediaSource, Parsed,
    Profile, ProviderContext, ProviderError, RawWebhook, Section, Settings, Unverified, Verified,
};

/// One source: how its accounts are connected, explored and disconnected.
///
/// No method has a default body: what a source cannot do is said by [`Capabilities`], not by an
/// answer that looks like success.
#[async_trait]
pub trait Connector: Send + Sync + std::fmt::Debug {
    /// The name of the source in data and in routes: `channels.<source>.connect`.
    fn source(&self) -> Source;

    /// The section of the configuration it reads, `[sources.<name>]`. Several connectors may share
    /// one.
    fn section(&self) -> &'static Section;

    /// What the source can do besides connecting and disconnecting.
    fn capabilities(&self) -> Capabilities;

    /// The schema of the body of `channels.<source>.connect`: for OpenAPI and for forms.
    fn connect_schema(&self) -> RefOr<Schema>;

    /// The sample request that the specification prints for `channels.<source>.connect`.
    fn connect_example(&self) -> Value;

    /// Reads the request and looks the account up. Only asks the provider, changes nothing there:
    /// it may run twice or be abandoned at any point.
    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError>;

    /// Makes the provider send us the account's messages, and returns the facts to remember.
    ///
    /// Called only for a draft with an `upstream`, never twice at a time for one `upstream`. `known`
    /// holds the facts of the channel while it is connected already: what was remembered to be
    /// restored on disconnect must survive connecting again. Idempotent.
    async fn subscribe(
        &self,
        cx: &ProviderContext,
        draft: &Draft,
        known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError>;

    /// Undoes [`Connector::subscribe`]. Called when the last connected channel of an `upstream`
    /// leaves. Idempotent. [`crate::ErrorClass::Reauth`] means that the credentials are dead and
    /// nothing is left to undo with them.
    async fn unsubscribe(
        &self,
        cx: &ProviderContext,
        account: &Account,
    ) -> Result<(), ProviderError>;

    /// The accounts that the caller's token could connect, to the last page. Called only if
    /// [`Capabilities::explore`] says so.
    async fn explore(
        &self,
        cx: &ProviderContext,
        request: Value,
    ) -> Result<Vec<Candidate>, ConnectError>;

    /// Where the provider's webhooks arrive, `/facebook`; empty if it has none.
    fn webhook_paths(&self) -> &'static [&'static str];

    /// Answers the call with which a provider proves that a webhook address is ours. Pure.
    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake;

    /// Checks over the raw bytes, in constant time, that the provider has sent a call, and says what
    /// to answer. Pure; nobody has looked into the body before.
    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified>;

    /// Reads a verified delivery. Pure, bounded by the size of the body, and never a reason to lose
    /// it: what cannot be read comes back as such.
    fn parse(&self, settings: &Settings, delivery: Delivery<'_>) -> Parsed;

    /// The id of a message of which only the provider's name is known; `None` if the id depends on
    /// more than that name.
    fn message_id(&self, channel: ChannelId, provider_id: &str) -> Option<MessageId>;

    /// The content of a message after its text was changed; `None` if it has no text to change.
    /// Called only with content this connector has parsed. Pure.
    fn edited(&self, content: &str, text: &str) -> Option<String>;

    /// Asks what a contact is called. Called only if [`Capabilities::profiles`] says so; `None` if the
    /// provider knows nothing.
    async fn profile(
        &self,
        cx: &ProviderContext,
        account: &Account,
        handle: &str,
    ) -> Result<Option<Profile>, ProviderError>;

    /// Where the file behind a [`crate::MediaLink`] can be had. Called only if
    /// [`Capabilities::media`] says so.
    async fn media(
        &self,
        cx: &ProviderContext,
        account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError>;
}

/// What a source can do besides connecting and disconnecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether, and in which words, accounts can be listed before they are connected.
    pub explore: Option<Explore>,
    /// Whether names and pictures of contacts have to be asked for.
    pub profiles: bool,
    /// Whether messages link to files.
    pub media: bool,
}

/// How `channels.<source>.explore` speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explore {
    /// The answer's name for the account: `page_id`.
    pub account_field: &'static str,
    /// The request's field that carries the token, with the alias older clients use.
    pub token_fields: &'static [&'static str],
}
