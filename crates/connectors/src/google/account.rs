//! Connecting an agent of Google Business Messages.

use serde::Deserialize;
use serde_json::Value;
use switchboard_connector::request::{ImageUrl, Text, optional, parse};
use switchboard_connector::{ConnectError, Draft, ProviderContext, RequestBody};
use switchboard_domain::{RawJson, SourceChannelId};
use utoipa::ToSchema;

use super::service_account;

/// Connects a Google Business Messages agent.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// Id of the agent.
    #[schema(inline)]
    gbm_id: Text,
    /// What to call the channel.
    #[schema(inline)]
    name: Text,
    /// A picture for the channel.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["gbm_id", "name"];
}

pub(crate) async fn prepare(cx: &ProviderContext, request: Value) -> Result<Draft, ConnectError> {
    let ConnectRequest {
        gbm_id,
        name,
        image_url,
    } = parse(request)?;
    service_account::prove(cx).await?;
    Ok(Draft {
        source_channel_id: SourceChannelId::new(gbm_id.into_string()),
        name: name.into_string(),
        image_url: image_url.map(ImageUrl::into_string),
        upstream: None,
        credentials: None,
        facts: RawJson::empty_object(),
    })
}
