//! Files that people have sent to a number
//! (developers.facebook.com/docs/whatsapp/cloud-api/reference/media, read 2026-11-22).

use http::Method;
use serde::Deserialize;
use switchboard_connector::{Account, MediaSource, ProviderContext, ProviderError};
use switchboard_domain::Secret;

use super::super::address;
use super::super::graph::Graph;
use super::account;

/// Where a file lies, for about five minutes.
#[derive(Debug, Deserialize)]
struct Place {
    url: String,
}

/// Asks where the file of the id `link` lies. Fetching it takes the number's token too.
pub(crate) async fn media(
    cx: &ProviderContext,
    account: &Account,
    link: &str,
) -> Result<MediaSource, ProviderError> {
    if !address::is_id(link) {
        return Err(ProviderError::unusable_link(link));
    }
    let graph = Graph::of(cx)?;
    let (_, token) = account::stored(&account.facts, account.credentials.as_ref())?;
    let call = graph.call("get_media", Method::GET, &[link]);
    let Place { url } = graph.ask(graph.on_behalf(call, &token)).await?;
    let url = address::web(&url).ok_or_else(|| {
        ProviderError::unclear("Meta's address of the file is no web address; try again later")
    })?;
    let authorization = Secret::new(format!("Bearer {}", token.expose()));
    Ok(MediaSource {
        url,
        authorization: Some(authorization),
    })
}
