//! Connecting a Facebook page, and listing the pages that a token could connect.

use http::Method;
use serde::Deserialize;
use serde_json::Value;
use switchboard_connector::request::{ImageUrl, Text, Token, optional, parse};
use switchboard_connector::{Candidate, ConnectError, Draft, ProviderContext, RequestBody};
use switchboard_domain::SourceChannelId;
use utoipa::ToSchema;

use super::super::graph::Graph;
use super::super::page;
use super::super::wire::Page;
use crate::endpoint;

/// What the token of a page must be allowed to do.
const SCOPES: &[&str] = &["pages_messaging", "pages_manage_metadata"];

/// What listing asks of each page: not its token, which nobody needs yet.
const LISTED_FIELDS: &str = "id,name,name_with_location_descriptor,picture";

/// Connects a Facebook page.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// The Facebook page's id.
    #[schema(inline)]
    page_id: Text,
    /// An access token of the page, or of a person who manages it. It is exchanged for the page's
    /// own token; only that is kept, encrypted.
    #[schema(inline)]
    page_token: Token,
    /// What to call the channel. Default: the page's name.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture for the channel. Default: the page's picture.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["page_id", "page_token"];
}

/// Lists the pages that a token could connect.
#[derive(Debug, Deserialize)]
struct ExploreRequest {
    auth_token: Token,
}

impl RequestBody for ExploreRequest {
    const REQUIRED: &'static [&'static str] = &["auth_token"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("token", "auth_token")];
}

pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let ConnectRequest {
        page_id,
        page_token,
        name,
        image_url,
    } = parse(request)?;
    let page_id = endpoint::path_id("page_id", &page_id)?;
    let graph = Graph::of(cx)?;
    let token = page_token.into_secret();
    let (page, token) = page::open(&graph, &page_id, token, (SCOPES, page::FIELDS)).await?;
    Ok(Draft {
        name: name.map_or_else(|| page.title().to_owned(), Text::into_string),
        image_url: image_url
            .map(ImageUrl::into_string)
            .or_else(|| page.picture_url()),
        upstream: Some(page::upstream(&page.id)),
        credentials: Some(page::credentials(&token)),
        facts: page::facts(&page.id),
        source_channel_id: SourceChannelId::new(page.id),
    })
}

pub(crate) async fn explore(
    cx: &ProviderContext,
    request: Value,
) -> Result<Vec<Candidate>, ConnectError> {
    let ExploreRequest { auth_token } = parse(request)?;
    let graph = Graph::of(cx)?;
    let token = auth_token.into_secret();
    let call = graph
        .call("list_pages", Method::GET, &["me", "accounts"])
        .query("fields", LISTED_FIELDS)
        .query("limit", "100");
    let call = graph.on_behalf(call, &token);
    let pages: Vec<Page> = graph.list(call, "list_pages", &token).await?;
    let candidates = pages.into_iter().map(|page| Candidate {
        name: page.title().to_owned(),
        image_url: page.picture_url(),
        source_channel_id: SourceChannelId::new(page.id),
    });
    Ok(candidates.collect())
}
