//! The trait itself.

use async_trait::async_trait;
use serde_json::Value;
use switchboard_domain::{RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

use crate::{
    Account, Candidate, ConnectError, Draft, Handshake, ProviderContext, ProviderError, RawWebhook,
    Section, Settings,
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

    /// Where the provider's webhooks arrive, `/facebook`; `None` if it has none.
    fn webhook_path(&self) -> Option<&'static str>;

    /// Answers the call with which a provider proves that a webhook address is ours. Pure.
    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake;
}

/// What a source can do besides connecting and disconnecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether, and in which words, accounts can be listed before they are connected.
    pub explore: Option<Explore>,
}

/// How `channels.<source>.explore` speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explore {
    /// The answer's name for the account: `page_id`.
    pub account_field: &'static str,
    /// The request's field that carries the token, with the alias older clients use.
    pub token_fields: &'static [&'static str],
}
