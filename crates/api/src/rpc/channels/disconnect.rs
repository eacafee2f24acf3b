//! `POST /channels.<source>.disconnect`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_domain::Source;
use switchboard_engine::Engine;
use switchboard_engine::channels::{DisconnectChannel, Upstream};
use utoipa::{PartialSchema, ToSchema};

use super::channel_id::ChannelIdText;
use super::{CAMEL_CASE, SAMPLE_ID};
use crate::body::Parsed;
use crate::error::{ApiError, disconnecting_failed};
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// Which channel to disconnect.
#[derive(Debug, Deserialize, ToSchema)]
struct Disconnect {
    /// The channel, of whatever source.
    #[schema(value_type = Uuid)]
    channel_id: ChannelIdText,
    /// Whether to disconnect it even if the provider cannot be told.
    #[serde(default)]
    force: bool,
}

impl RequestBody for Disconnect {
    const REQUIRED: &'static [&'static str] = &["channel_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

/// Airy's web client sends every channel to the path of the first source it disconnected, so the
/// path's source does not matter.
pub(super) fn procedure(source: &Source) -> Procedure {
    let path = format!("/channels.{source}.disconnect");
    let source = source.clone();
    Procedure {
        operation: Sketch::procedure(&path, format!("Disconnects a channel of {source}"))
            .describe(
                "Unsubscribes the account at its provider, unless another connected channel uses \
                 it too, and erases its credentials; what was written stays. Disconnecting again \
                 does nothing and is answered in the same way. A channel of another source is \
                 disconnected too. An unknown `channel_id` is answered with 400.",
            )
            .request(Disconnect::schema(), json!({ "channel_id": SAMPLE_ID }))
            .empty_answer(StatusCode::ACCEPTED, "The channel is disconnected.")
            .faults(Fault::PROCEDURE)
            .faults(Fault::PROVIDER)
            .build(),
        path,
        route: post(
            move |State(engine): State<Engine>, Parsed(request): Parsed<Disconnect>| {
                disconnect(engine, source.clone(), request)
            },
        ),
    }
}

async fn disconnect(
    engine: Engine,
    called: Source,
    request: Disconnect,
) -> Result<StatusCode, ApiError> {
    let Disconnect { channel_id, force } = request;
    let id = channel_id.0;
    let upstream = if force {
        Upstream::MayFail
    } else {
        Upstream::MustAgree
    };
    let request = DisconnectChannel { id, upstream };
    let Err(error) = engine.disconnect_channel(request).await else {
        return Ok(StatusCode::ACCEPTED);
    };
    // The error speaks of the channel's own source, which need not be the one that was called.
    let source = match engine.channel(id).await {
        Ok(channel) => channel.source,
        Err(_) => called,
    };
    Err(disconnecting_failed(&source, error))
}
