//! Viber bots.
//!
//! Provider: Rakuten Viber, REST bot API,
//! <https://developers.viber.com/docs/api/rest-bot-api>, read 2026-11-22. A channel is the bot account
//! of the configured token; there is one token, one account and one webhook.
//! The API has no versions.
//!
//! Not supported: several accounts in one hub.

mod account;
mod inbound;
mod status;
mod wire;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, ConnectError, Connector, Draft, Handshake, InvalidRequest,
    ProviderContext, ProviderError, RawWebhook, Section, Setting, Settings,
};
use switchboard_domain::{RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

static SECTION: Section = Section {
    name: "viber",
    settings: &[
        Setting {
            key: "auth_token",
            default: None,
            secret: true,
            meaning: "Token of the bot, from Viber's admin panel; signs webhooks too.",
        },
        Setting {
            key: "api_url",
            default: Some("https://chatapi.viber.com"),
            secret: false,
            meaning: "Where Viber's bot API is.",
        },
    ],
    fallback: None,
};

/// Viber bots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viber;

#[async_trait]
impl Connector for Viber {
    fn source(&self) -> Source {
        Source::named("viber")
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
            "name": "My custom name for this bot",
            "image_url": "https://example.org/custom-image.jpg"
        })
    }

    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        account::prepare(cx, request).await
    }

    async fn subscribe(
        &self,
        cx: &ProviderContext,
        _draft: &Draft,
        _known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        account::subscribe(cx).await
    }

    async fn unsubscribe(
        &self,
        cx: &ProviderContext,
        account: &Account,
    ) -> Result<(), ProviderError> {
        account::unsubscribe(cx, account).await
    }

    async fn explore(
        &self,
        _cx: &ProviderContext,
        _request: Value,
    ) -> Result<Vec<Candidate>, ConnectError> {
        Err(InvalidRequest::body("Viber bots cannot be listed.").into())
    }

    fn webhook_path(&self) -> Option<&'static str> {
        Some("/viber")
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        inbound::handshake(settings, call)
    }
}
