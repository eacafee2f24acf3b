//! Connecting an Instagram account through the Facebook page it is linked to.

use serde::Deserialize;
use serde_json::Value;
use switchboard_connector::request::{ImageUrl, Text, Token, optional, parse};
use switchboard_connector::{
    ConnectError, Draft, ErrorClass, ProviderContext, ProviderError, RequestBody,
};
use switchboard_domain::SourceChannelId;
use utoipa::ToSchema;

use super::super::graph::Graph;
use super::super::page;
use super::super::wire::{InstagramAccount, Page};
use crate::endpoint;

/// What the token of the page must be allowed to do
/// (developers.facebook.com/docs/messenger-platform/instagram/features/webhook, read 2026-11-22).
const SCOPES: &[&str] = &[
    "instagram_basic",
    "instagram_manage_messages",
    "pages_manage_metadata",
];

/// What the page is asked: of itself, and of the account behind it.
const FIELDS: &str = "id,name,name_with_location_descriptor,access_token,picture,\
    is_webhooks_subscribed,tasks,instagram_business_account{id,username,name,profile_picture_url}";

/// Connects an Instagram account.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// Id of the Facebook page that the Instagram account is linked to.
    #[schema(inline)]
    page_id: Text,
    /// Id of the Instagram account.
    #[schema(inline)]
    account_id: Text,
    /// An access token of the page, or of a person who manages it. It is exchanged for the page's
    /// own token; only that is kept, encrypted.
    #[schema(inline)]
    page_token: Token,
    /// What to call the channel. Default: the account's name.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture for the channel. Default: the account's picture.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["page_id", "account_id", "page_token"];
}

pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let ConnectRequest {
        page_id,
        account_id,
        page_token,
        name,
        image_url,
    } = parse(request)?;
    let page_id = endpoint::path_id("page_id", &page_id)?;
    let graph = Graph::of(cx)?;
    let token = page_token.into_secret();
    let (mut page, token) = page::open(&graph, &page_id, token, (SCOPES, FIELDS)).await?;
    let linked = page.instagram_business_account.take();
    let account = the_account(linked, account_id.as_str(), &page.id)?;
    Ok(Draft {
        name: name.map_or_else(|| title(&account, &page), Text::into_string),
        image_url: image_url
            .map(ImageUrl::into_string)
            .or(account.profile_picture_url.filter(|url| !url.is_empty())),
        upstream: Some(page::upstream(&page.id)),
        credentials: Some(page::credentials(&token)),
        facts: page::facts(&page.id),
        source_channel_id: SourceChannelId::new(account.id),
    })
}

/// The account that is linked to the page, if it is the one that was asked for.
fn the_account(
    linked: Option<InstagramAccount>,
    wanted: &str,
    page_id: &str,
) -> Result<InstagramAccount, ProviderError> {
    let problem = match linked {
        Some(account) if account.id == wanted => return Ok(account),
        Some(other) => format!(
            "the page {page_id} is linked to the Instagram account {}, not to {wanted}; send the id of the linked account",
            other.id
        ),
        None => format!(
            "no Instagram account is linked to the page {page_id}, or the token may not see it; link {wanted} in the page's settings and connect again"
        ),
    };
    Err(ProviderError::refused(ErrorClass::Config, problem))
}

/// What people call the account; many have a user name and nothing else.
fn title(account: &InstagramAccount, page: &Page) -> String {
    let names = [&account.name, &account.username];
    let mut names = names.into_iter().flatten().map(|name| name.trim());
    names.find(|name| !name.is_empty()).map_or_else(
        || format!("{} Instagram account", page.title()),
        str::to_owned,
    )
}
