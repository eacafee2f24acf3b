//! The hub's own live chat for websites.
//!
//! Provider: none; no API version, nothing is called. A channel is a name of the operator's choice
//! that websites pass to the chat widget.
//!
//! Not supported: accounts to list, webhooks; the visitors' side is part of the hub's own API.

mod account;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, Checks, ConnectError, Connector, Delivery, Draft, Handshake,
    InvalidRequest, MediaSource, Parsed, Profile, ProviderContext, ProviderError, RawWebhook,
    Section, Settings, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

static SECTION: Section = Section {
    name: "chatplugin",
    settings: &[],
    fallback: None,
};

/// The live chat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChatPlugin;

#[async_trait]
impl Connector for ChatPlugin {
    fn source(&self) -> Source {
        Source::named("chatplugin")
    }

    fn section(&self) -> &'static Section {
        &SECTION
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            explore: None,
            profiles: false,
            media: false,
        }
    }

    fn connect_schema(&self) -> RefOr<Schema> {
        request_schema::of::<ConnectRequest>()
    }

    fn connect_example(&self) -> Value {
        json!({
            "name": "website-identifier-42",
            "image_url": "http://example.org/plugin_icon.jpeg"
        })
    }

    async fn prepare(&self, _cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        Ok(account::prepare(request)?)
    }

    /// Nobody has to be told: the widget comes to us.
    async fn subscribe(
        &self,
        _cx: &ProviderContext,
        draft: &Draft,
        _known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        Ok(draft.facts.clone())
    }

    /// Nobody was told.
    async fn unsubscribe(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
    ) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn explore(
        &self,
        _cx: &ProviderContext,
        _request: Value,
    ) -> Result<Vec<Candidate>, ConnectError> {
        Err(InvalidRequest::body("Websites cannot be listed.").into())
    }

    fn webhook_paths(&self) -> &'static [&'static str] {
        &[]
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Other
    }

    fn verify(&self, _checks: Checks<'_>, _call: &RawWebhook) -> Result<Verified, Unverified> {
        Err(Unverified::NotConfigured("a webhook of the live chat"))
    }

    /// What visitors write comes in by the hub's own API, not as a delivery.
    fn parse(&self, _settings: &Settings, _delivery: Delivery<'_>) -> Parsed {
        Parsed::NotMine
    }

    fn message_id(&self, _channel: ChannelId, _provider_id: &str) -> Option<MessageId> {
        None
    }

    fn edited(&self, _content: &str, _text: &str) -> Option<String> {
        None
    }

    async fn profile(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
        _handle: &str,
    ) -> Result<Option<Profile>, ProviderError> {
        Ok(None)
    }

    async fn media(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        Err(ProviderError::unusable_link(link))
    }
}
