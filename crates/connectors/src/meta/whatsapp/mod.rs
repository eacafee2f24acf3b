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
mod changes;
mod inbound;
mod media;
mod message;
mod status;
mod wire;

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

use super::{NUMBERS, handshake, signed};

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
        Capabilities {
            explore: None,
            profiles: false,
            media: true,
        }
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

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/whatsapp"]
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        handshake::handshake(settings, call)
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        signed::verify(checks.settings, "sources.whatsapp.app_secret", call)
    }

    fn parse(&self, _settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        inbound::parse(delivery)
    }

    fn message_id(&self, _channel: ChannelId, provider_id: &str) -> Option<MessageId> {
        Some(MessageId::of_global_name(provider_id))
    }

    fn edited(&self, content: &str, text: &str) -> Option<String> {
        message::edited(content, text)
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
        cx: &ProviderContext,
        account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        media::media(cx, account, link).await
    }
}
