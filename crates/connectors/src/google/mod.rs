//! Google Business Messages.
//!
//! Provider: Google, Business Messages API v1,
//! <https://developers.google.com/business-communications/business-messages>, read 2026-11-22. A
//! channel is an agent. Google ended the service on 2024-07-31; the source works against whatever
//! serves the API at the configured address.
//!
//! Not supported: looking an agent up. Connecting proves that the configured service account works
//! and takes the agent's id on trust; agents are managed, and their webhooks set, with Google.

mod account;
mod image;
mod inbound;
mod send_time;
mod service_account;
mod signed;
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
    name: "google",
    settings: &[
        Setting {
            key: "service_account",
            default: None,
            secret: true,
            meaning: "Key of the service account: its JSON, or the path of the file that holds it.",
        },
        Setting {
            key: "partner_key",
            default: None,
            secret: true,
            meaning: "Partner key of the Business Communications account; signs webhooks.",
        },
        Setting {
            key: "client_token",
            default: Some(""),
            secret: true,
            meaning: "Token that Google sends when it tries a new webhook. Default: the partner key.",
        },
        Setting {
            key: "api_url",
            default: Some("https://businessmessages.googleapis.com"),
            secret: false,
            meaning: "Where the Business Messages API is.",
        },
    ],
    fallback: None,
};

/// Google Business Messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Google;

#[async_trait]
impl Connector for Google {
    fn source(&self) -> Source {
        Source::named("google")
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
            "gbm_id": "gbm-id",
            "name": "My custom name for this location",
            "image_url": "https://example.com/custom-image.jpg"
        })
    }

    async fn prepare(&self, cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
        account::prepare(cx, request).await
    }

    /// Agents call one webhook, which is set with Google once.
    async fn subscribe(
        &self,
        _cx: &ProviderContext,
        draft: &Draft,
        _known: Option<&RawJson>,
    ) -> Result<RawJson, ConnectError> {
        Ok(draft.facts.clone())
    }

    /// Nothing was subscribed.
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
        Err(InvalidRequest::body("Google agents cannot be listed.").into())
    }

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/google"]
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        signed::handshake(settings, call)
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        signed::verify(checks, call)
    }

    fn parse(&self, _settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        Parsed::Entries(inbound::entries(delivery))
    }

    /// The id depends on the whole event.
    fn message_id(&self, _channel: ChannelId, _provider_id: &str) -> Option<MessageId> {
        None
    }

    /// People cannot edit what they wrote.
    fn edited(&self, _content: &str, _text: &str) -> Option<String> {
        None
    }

    /// Names come with events.
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
        image::source(link)
    }
}
