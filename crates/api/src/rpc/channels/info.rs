//! `POST /channels.info`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::channel_id::ChannelIdText;
use super::{CAMEL_CASE, SAMPLE_ID, answer, sample};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

/// Which channel to show.
#[derive(Debug, Deserialize, ToSchema)]
struct ChannelInfo {
    /// The channel, connected or not.
    #[schema(value_type = Uuid)]
    channel_id: ChannelIdText,
}

impl RequestBody for ChannelInfo {
    const REQUIRED: &'static [&'static str] = &["channel_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

pub(super) fn procedure() -> Procedure {
    let path = "/channels.info";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::procedure(path, "Shows a channel")
            .describe("Any channel that was ever connected; `connected` tells whether it still is.")
            .request(ChannelInfo::schema(), json!({ "channel_id": SAMPLE_ID }))
            .answer("The channel.", reference("Channel"), sample())
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::UnknownChannel])
            .build(),
        route: post(info),
    }
}

async fn info(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ChannelInfo>,
) -> Result<Response, ApiError> {
    let ChannelInfo { channel_id } = request;
    let channel = engine.channel(channel_id.0).await?;
    answer(&engine, channel).await
}
