//! `POST /channels.update`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_connector::request::{ImageUrl, Text, optional};
use switchboard_engine::Engine;
use switchboard_engine::channels::ChannelUpdate;
use utoipa::{PartialSchema, ToSchema};

use super::channel_id::ChannelIdText;
use super::{CAMEL_CASE, SAMPLE_ID, answer, sample_of};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

/// What to change of a channel; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
struct UpdateChannel {
    /// The channel, connected or not.
    #[schema(value_type = Uuid)]
    channel_id: ChannelIdText,
    /// The new name.
    #[serde(default)]
    #[schema(inline)]
    name: Option<Text>,
    /// The new picture.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
}

impl RequestBody for UpdateChannel {
    const REQUIRED: &'static [&'static str] = &["channel_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

pub(super) fn procedure() -> Procedure {
    let path = "/channels.update";
    let request = json!({
        "channel_id": SAMPLE_ID,
        "name": "new name for this channel",
        "image_url": "http://example.org/avatar_redesign.jpeg"
    });
    let metadata = json!({
        "name": "new name for this channel",
        "image_url": "http://example.org/avatar_redesign.jpeg"
    });
    let changed = sample_of("facebook", &metadata);
    Procedure {
        path: path.to_owned(),
        operation: Sketch::procedure(path, "Updates a channel's name or image URL")
            .describe("Changes what people see of a channel. Neither can be taken away.")
            .request(UpdateChannel::schema(), request)
            .answer("The channel as it is now.", reference("Channel"), changed)
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::UnknownChannel])
            .build(),
        route: post(update),
    }
}

async fn update(
    State(engine): State<Engine>,
    Parsed(request): Parsed<UpdateChannel>,
) -> Result<Response, ApiError> {
    let UpdateChannel {
        channel_id,
        name,
        image_url,
    } = request;
    let update = ChannelUpdate {
        name: name.map(Text::into_string),
        image_url: image_url.map(ImageUrl::into_string),
    };
    let channel = engine.update_channel(channel_id.0, update).await?;
    answer(&engine, channel).await
}
