//! WhatsApp numbers on Meta's Cloud API.
//!
//! Provider: Meta, Graph API v25.0, <https://developers.facebook.com/docs/whatsapp/cloud-api>, read
//! 2026-11-22. A channel is a phone number; its messages come through the WhatsApp business account
//! (WABA) that it belongs to, which is what gets subscribed.
//!
//! Not supported: registering a number with its PIN, and subscribing the Meta app itself to
//! webhooks, which is done once in the app's dashboard (object `whatsapp_business_account`, callback
//! `/whatsapp`).

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

use super::{NUMBERS, handshake};

/// WhatsApp numbers on Meta's Cloud API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WhatsApp;

#[async_trait]
impl Connector for WhatsApp {
    fn source(&self) -> Source {
        Source::named("whatsapp")
    }

    fn section(&self) -> &'static Section {
        &NUMBERS
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { explore: None }
    }

    fn connect_schema(&self) -> RefOr<Schema> {
        request_schema::of::<ConnectRequest>()
    }

    fn connect_example(&self) -> Value {
        json!({
            "phone_number_id": "1234567",
            "user_token": "user access token",
            "name": "Customer support hotline",
            "image_url": "https://example.org/custom-image.jpg"
        })
    }

    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        account::prepare(cx, request).await
    }

    async fn subscribe(
        &self,
        cx: &ProviderContext,
        draft: &Draft,
        _known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        account::subscribe(cx, draft).await
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
        Err(InvalidRequest::body("WhatsApp numbers cannot be listed.").into())
    }

    fn webhook_path(&self) -> Option<&'static str> {
        Some("/whatsapp")
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        handshake::handshake(settings, call)
    }
}
