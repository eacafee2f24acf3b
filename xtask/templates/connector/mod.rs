//! Newcomer.
//!
//! Say here, for whoever reads next: the provider and the version of its API, the page of its
//! documentation and the day it was read, and what it offers that is not supported.

mod account;
mod wire;

use async_trait::async_trait;
use serde_json::{Value, json};
use switchboard_connector::{
    Account, Candidate, Capabilities, ConnectError, Connector, Draft, ErrorClass, Handshake,
    InvalidRequest, ProviderContext, ProviderError, RawWebhook, Section, Setting, Settings,
};
use switchboard_domain::{RawJson, Source};
use utoipa::openapi::{RefOr, Schema};

pub(crate) use account::ConnectRequest;

use crate::request_schema;

static SECTION: Section = Section {
    name: "newcomer",
    settings: &[Setting {
        key: "api_url",
        default: Some("https://newcomer.example"),
        secret: false,
        meaning: "Where the provider's API is.",
    }],
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
        Capabilities { explore: None }
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

    fn webhook_path(&self) -> Option<&'static str> {
        None
    }

    fn handshake(&self, _settings: &Settings, _call: &RawWebhook) -> Handshake {
        Handshake::Refused
    }
}

/// Drafts without an `upstream` are never subscribed.
fn nothing_to_subscribe() -> ProviderError {
    ProviderError::refused(ErrorClass::Config, "newcomer has nothing to subscribe")
}
