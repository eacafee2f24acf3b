//! Connecting a website.

use serde::Deserialize;
use serde_json::Value;
use switchboard_connector::request::{ImageUrl, Text, optional, parse};
use switchboard_connector::{Draft, InvalidRequest, RequestBody};
use switchboard_domain::{RawJson, SourceChannelId};
use utoipa::ToSchema;

/// Connects a website's live chat.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConnectRequest {
    /// A unique name of your choice. Connecting the same name again is the same channel.
    #[schema(inline)]
    name: Text,
    /// A picture for the channel.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for ConnectRequest {
    const REQUIRED: &'static [&'static str] = &["name"];
}

pub(crate) fn prepare(request: Value) -> Result<Draft, InvalidRequest> {
    let ConnectRequest { name, image_url } = parse(request)?;
    let name = name.into_string();
    Ok(Draft {
        source_channel_id: SourceChannelId::new(name.clone()),
        name,
        image_url: image_url.map(ImageUrl::into_string),
        upstream: None,
        credentials: None,
        facts: RawJson::empty_object(),
    })
}
