//! Facebook pages (Messenger).
//!
//! Provider: Meta, Graph API v25.0, <https://developers.facebook.com/docs/messenger-platform>, read
//! 2026-11-22. A channel is a page; connecting needs a token of the page, or of a person who manages
//! it, with `pages_messaging` and `pages_manage_metadata`.
//!
//! Not supported: subscribing the Meta app itself to webhooks, which is done once in the app's
//! dashboard (object `page`, callback `/facebook`).

mod account;
mod profile;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, Checks, ConnectError, Connector, Delivery, Draft, Explore,
    Handshake, MediaSource, Parsed, Profile, ProviderContext, ProviderError, RawWebhook, Section,
    Settings, Unverified, Verified,
};
use switchboard_domain::{ChannelId, MessageId, RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::{inbound_json, request_schema};

use super::messaging::{self, Product};
use super::{PAGES, address, handshake, page, signed};

/// Facebook pages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facebook;

#[async_trait]
impl Connector for Facebook {
    fn source(&self) -> Source {
        Source::named("facebook")
    }

    fn section(&self) -> &'static Section {
        &PAGES
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            explore: Some(Explore {
                account_field: "page_id",
                token_fields: &["auth_token", "token"],
            }),
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
            "page_token": "authentication token",
            "name": "My custom name for this page",
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
        cx: &ProviderContext,
        request: Value,
    ) -> Result<Vec<Candidate>, ConnectError> {
        account::explore(cx, request).await
    }

    fn webhook_paths(&self) -> &'static [&'static str] {
        &["/facebook"]
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        handshake::handshake(settings, call)
    }

    fn verify(&self, checks: Checks<'_>, call: &RawWebhook) -> Result<Verified, Unverified> {
        let verified = signed::verify(checks.settings, "sources.facebook.app_secret", call)?;
        let is_instagram = messaging::is_said_to_be(Product::Instagram, &call.body);
        Ok(Verified {
            source: is_instagram.then(|| Source::named("instagram")),
            ..verified
        })
    }

    fn parse(&self, settings: &Settings, delivery: Delivery<'_>) -> Parsed {
        messaging::parse(Product::Messenger, settings, delivery)
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
