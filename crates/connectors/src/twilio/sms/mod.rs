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
    Account, Candidate, Capabilities, ConnectError, Connector, Draft, Handshake, InvalidRequest,
    ProviderContext, ProviderError, RawWebhook, Section, Settings,
};
use switchboard_domain::{RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

use super::SECTION;

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
        Capabilities { explore: None }
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

    fn webhook_path(&self) -> Option<&'static str> {
        Some("/twilio")
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Other
    }
}
