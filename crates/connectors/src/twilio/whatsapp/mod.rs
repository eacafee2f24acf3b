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
    Account, Candidate, Capabilities, Checks, ConnectError, Connector, Delivery, Draft, Handshake,
    InvalidRequest, MediaSource, Parsed, Profile, ProviderContext, ProviderError, RawWebhook,
    Section, Settings, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

use super::inbound::Carrier;
use super::{SECTION, inbound, media, signed};

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

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/twilio", "/twilio/status"]
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Other
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        signed::verify(checks, call)
    }

    fn parse(&self, _settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        inbound::parse(Carrier::WhatsApp, delivery)
    }

    /// The id depends on the whole form.
    fn message_id(&self, _channel: ChannelId, _provider_id: &str) -> Option<MessageId> {
        None
    }

    /// Twilio tells of no edits.
    fn edited(&self, _content: &str, _text: &str) -> Option<String> {
        None
    }

    /// Names come with messages.
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
        _account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        media::source(&cx.settings, link)
    }
}
