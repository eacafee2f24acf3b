//! Facebook pages (Messenger).
//!
//! Provider: Meta, Graph API v25.0, <https://developers.facebook.com/docs/messenger-platform>, read
//! 2026-11-22. A channel is a page; connecting needs a token of the page, or of a person who manages
//! it, with `pages_messaging` and `pages_manage_metadata`.
//!
//! Not supported: subscribing the Meta app itself to webhooks, which is done once in the app's
//! dashboard (object `page`, callback `/facebook`).

mod account;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, ConnectError, Connector, Draft, Explore, Handshake,
    ProviderContext, ProviderError, RawWebhook, Section, Settings,
};
use switchboard_domain::{RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

use super::{PAGES, handshake, page};

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

    fn webhook_path(&self) -> Option<&'static str> {
        Some("/facebook")
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        handshake::handshake(settings, call)
    }
}
