//! Newcomer.
//!
//! Say here, for whoever reads next: the provider and the version of its API, the page of its
//! documentation and the day it was read, and what it offers that is not supported.

mod account;
mod inbound;
mod signed;
mod wire;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, Checks, ConnectError, Connector, Delivery, Draft, ErrorClass,
    Handshake, InvalidRequest, MediaSource, Parsed, Profile, ProviderContext, ProviderError,
    RawWebhook, Section, Setting, Settings, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

static SECTION: Section = Section {
    name: "newcomer",
    settings: &[
        Setting {
            key: "webhook_secret",
            default: None,
            secret: true,
            meaning: "What the provider signs webhooks with.",
        },
        Setting {
            key: "api_url",
            default: Some("https://newcomer.example"),
            secret: false,
            meaning: "Where the provider's API is.",
        },
    ],
    fallback: None,
};

/// Accounts of Newcomer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Newcomer;

#[async_trait]
impl Connector for Newcomer {
    fn source(&self) -> Source {
        Source::named("newcomer")
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
        json!({ "account_id": "4711", "token": "TOKEN" })
    }

    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        account::prepare(cx, request).await
    }

    async fn subscribe(
        &self,
        _cx: &ProviderContext,
        _draft: &Draft,
        _known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        Err(nothing_to_subscribe().into())
    }

    async fn unsubscribe(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
    ) -> Result<(), ProviderError> {
        Err(nothing_to_subscribe())
    }

    async fn explore(
        &self,
        _cx: &ProviderContext,
        _request: Value,
    ) -> Result<Vec<Candidate>, ConnectError> {
        Err(InvalidRequest::body("Accounts of Newcomer cannot be listed.").into())
    }

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/newcomer"]
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Other
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        signed::verify(checks, call)
    }

    fn parse(&self, _settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        Parsed::Entries(inbound::entries(delivery))
    }

    fn message_id(&self, channel: ChannelId, provider_id: &str) -> Option<MessageId> {
        Some(MessageId::derive(channel, provider_id))
    }

    /// People cannot edit what they wrote.
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

/// Drafts without an `upstream` are never subscribed.
fn nothing_to_subscribe() -> ProviderError {
    ProviderError::refused(ErrorClass::Config, "newcomer has nothing to subscribe")
}
