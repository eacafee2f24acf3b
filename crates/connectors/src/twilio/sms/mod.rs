//! SMS over Twilio.
//!
//! Provider: Twilio, API 2010-04-01, <https://www.twilio.com/docs/messaging>, read 2026-11-22. A
//! channel is a phone number of the configured Twilio account. Connecting points the number's inbound
//! webhook at `/twilio`; disconnecting restores what was there before.
//!
//! Not supported: senders without a number (alphanumeric), and numbers inside a Messaging Service
//! whose own inbound address wins over the number's.

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

/// SMS over Twilio.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sms;

#[async_trait]
impl Connector for Sms {
    fn source(&self) -> Source {
        Source::named("twilio.sms")
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
            "name": "SMS for receipts",
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
        Err(InvalidRequest::body("SMS numbers cannot be listed.").into())
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
        inbound::parse(Carrier::Sms, delivery)
    }

    /// The id depends on the whole form.
    fn message_id(&self, _channel: ChannelId, _provider_id: &str) -> Option<MessageId> {
        None
    }

    /// Twilio tells of no edits.
    fn edited(&self, _content: &str, _text: &str) -> Option<String> {
        None
    }

    /// Nobody knows what the owner of a number is called.
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
