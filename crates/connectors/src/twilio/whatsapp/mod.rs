//! WhatsApp over Twilio.
//!
//! Provider: Twilio, API v2/Channels/Senders, <https://www.twilio.com/docs/whatsapp>, read
//! 2026-11-22. A channel is a WhatsApp sender of the configured Twilio account. Connecting points the
//! sender's webhook at `/twilio` and its status call-back at `/twilio/status`; disconnecting restores
//! what was there before.
//!
//! Not supported: setting the webhook of the sandbox number that all Twilio accounts share,
//! +14155238886. Twilio's API does not list it; it can be connected, but its webhook has to be set in
//! Twilio's console.

mod account;
mod wire;

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

use super::SECTION;

/// WhatsApp over Twilio.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WhatsApp;

#[async_trait]
impl Connector for WhatsApp {
    fn source(&self) -> Source {
        Source::named("twilio.whatsapp")
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
            "phone_number": "+491234567",
            "name": "WhatsApp Marketing",
            "image_url": "https://example.com/custom-image.jpg"
        })
    }

    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        account::prepare(cx, request).await
    }

    async fn subscribe(
        &self,
        cx: &ProviderContext,
        draft: &Draft,
        known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        account::subscribe(cx, draft, known).await
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
        Err(InvalidRequest::body("WhatsApp senders cannot be listed.").into())
    }

    fn webhook_path(&self) -> Option<&'static str> {
        Some("/twilio")
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Other
    }
}
