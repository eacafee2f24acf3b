//! Instagram professional accounts that are linked to a Facebook page.
//!
//! Provider: Meta, Graph API v25.0,
//! <https://developers.facebook.com/docs/messenger-platform/instagram>, read 2026-11-22. A channel is
//! an Instagram account; it is reached through its page, whose subscription it shares.
//!
//! Not supported: accounts without a page (Instagram API with Instagram Login), and subscribing the
//! Meta app itself to webhooks, which is done once in the app's dashboard (object `instagram`,
//! callback `/instagram`).

mod account;
mod profile;

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

use crate::{inbound_json, request_schema};

use super::messaging::{self, Product};
use super::{PAGES, address, handshake, page, signed};

/// Instagram accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instagram;

#[async_trait]
impl Connector for Instagram {
    fn source(&self) -> Source {
        Source::named("instagram")
    }

    fn section(&self) -> &'static Section {
        &PAGES
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            explore: None,
            profiles: true,
            media: true,
        }
    }

    fn connect_schema(&self) -> RefOr<Schema> {
        request_schema::of::<ConnectRequest>()
    }

    fn connect_example(&self) -> Value {
        json!({
            "page_id": "fb-page-id-1",
            "account_id": "ig-account-id",
            "page_token": "authentication token",
            "name": "My custom name for this account",
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
        page::subscribe(cx, draft).await
    }

    async fn unsubscribe(
        &self,
        cx: &ProviderContext,
        account: &Account,
    ) -> Result<(), ProviderError> {
        page::unsubscribe(cx, account).await
    }

    async fn explore(
        &self,
        _cx: &ProviderContext,
        _request: Value,
    ) -> Result<Vec<Candidate>, ConnectError> {
        Err(InvalidRequest::body("Instagram accounts cannot be listed.").into())
    }

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/instagram", "/facebook"]
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        handshake::handshake(settings, call)
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        signed::verify(checks.settings, "sources.facebook.app_secret", call)
    }

    fn parse(&self, settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        messaging::parse(Product::Instagram, settings, delivery)
    }

    fn message_id(&self, _channel: ChannelId, _provider_id: &str) -> Option<MessageId> {
        None
    }

    fn edited(&self, content: &str, text: &str) -> Option<String> {
        inbound_json::with_text(content, &["message", "text"], text)
    }

    async fn profile(
        &self,
        cx: &ProviderContext,
        account: &Account,
        handle: &str,
    ) -> Result<Option<Profile>, ProviderError> {
        profile::profile(cx, account, handle).await
    }

    async fn media(
        &self,
        _cx: &ProviderContext,
        _account: &Account,
        link: &str,
    ) -> Result<MediaSource, ProviderError> {
        address::media(link)
    }
}
