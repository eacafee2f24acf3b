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

use super::{PAGES, handshake, page};

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
        Capabilities { explore: None }
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

    fn webhook_path(&self) -> Option<&'static str> {
        Some("/instagram")
    }

    fn handshake(&self, settings: &Settings, call: &RawWebhook) -> Handshake {
        handshake::handshake(settings, call)
    }
}
