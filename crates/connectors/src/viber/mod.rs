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
mod media;
mod signed;
mod status;
mod welcome;
mod wire;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, Checks, ConnectError, Connector, Delivery, Draft, Handshake,
    InvalidRequest, MediaSource, Parsed, Profile, ProviderContext, ProviderError, RawWebhook,
    Section, Setting, Settings, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, RawJson, Source};
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
        Setting {
            key: "welcome_message",
            default: Some("{}"),
            secret: false,
            meaning: "The Viber message, in JSON, that welcomes who opens the chat; `{}` for none.",
        },
        Setting {
            key: "sender",
            default: Some("{}"),
            secret: false,
            meaning: "Who welcomes: `name` and, if there is a picture, `avatar`, in JSON.",
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

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/viber"]
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        signed::handshake(settings, call)
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        signed::verify(checks, call)
    }

    /// No call-back names the account, and there is only one.
    fn parse(&self, _settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        Parsed::Entries(inbound::entries(delivery))
    }

    fn message_id(&self, _channel: ChannelId, provider_id: &str) -> Option<MessageId> {
        Some(MessageId::of_global_name(&inbound::global_name(
            provider_id,
        )))
    }

    /// People cannot edit what they wrote.
    fn edited(&self, _content: &str, _text: &str) -> Option<String> {
        None
    }

    /// Names and pictures come with call-backs. Viber lets nobody ask for the same person more than
    /// twice in twelve hours.
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
        media::source(link)
    }
}
