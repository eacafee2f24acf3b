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
    Account, Candidate, Capabilities, ConnectError, Connector, Draft, Handshake, InvalidRequest,
    ProviderContext, ProviderError, RawWebhook, Section, Settings,
};
use switchboard_domain::{RawJson, Source};
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
        Capabilities { explore: None }
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

    fn webhook_path(&self) -> Option<&'static str> {
        None
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Other
    }
}
