//! `sources.channels.create`, `.list` and `.disconnect`, as a source calls them.

use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_api_types::ChannelJson;
use switchboard_connector::RequestBody;
use switchboard_connector::request::Text;
use switchboard_domain::{Channel, ChannelId, SourceChannelId};
use switchboard_engine::Engine;
use switchboard_engine::sources::NewSourceChannel;
use utoipa::{PartialSchema, ToSchema};

use super::source_of;
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, SOURCE_TOKEN, Sketch, data_of, reference};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// A channel that the source speaks for.
#[derive(Debug, Deserialize, ToSchema)]
struct CreateChannel {
    /// What people call it.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    name: Text,
    /// The source's own name of it.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    source_channel_id: Text,
    /// What else is to be noted about it.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

impl RequestBody for CreateChannel {
    const REQUIRED: &'static [&'static str] = &["name", "source_channel_id"];
    const ALIASES: &'static [(&'static str, &'static str)] =
        &[("sourceChannelId", "source_channel_id")];
}

/// Which channel.
#[derive(Debug, Deserialize, ToSchema)]
struct Which {
    /// The channel.
    #[schema(value_type = Uuid)]
    channel_id: Id<ChannelId>,
}

impl RequestBody for Which {
    const REQUIRED: &'static [&'static str] = &["channel_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("channelId", "channel_id")];
}

pub(super) fn procedures() -> Vec<Procedure> {
    vec![create(), list(), disconnect()]
}

fn sample() -> Value {
    json!({
        "id": "632e8556-fd8b-54e3-bf7d-7865dee4be77",
        "source": "my-source",
        "source_channel_id": "my-source-channel-1",
        "metadata": { "name": "source channel", "my_key": "my value" },
        "connected": true
    })
}

fn create() -> Procedure {
    let path = "/sources.channels.create";
    let route = |State(engine): State<Engine>, headers: HeaderMap, request: Request| async move {
        let source = source_of(&engine, &headers).await?;
        let Parsed(CreateChannel {
            name,
            source_channel_id,
            metadata,
        }) = Parsed::from_request(request, &engine).await?;
        let channel = engine
            .create_source_channel(
                source,
                NewSourceChannel {
                    source_channel_id: SourceChannelId::new(source_channel_id.into_string()),
                    name: name.into_string(),
                    metadata,
                },
            )
            .await?;
        let shown = shown(&engine, vec![channel]).await?;
        let shown = shown.into_iter().next().unwrap_or(Value::Null);
        Ok::<Response, ApiError>((StatusCode::CREATED, Json(shown)).into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::with_token(
            "sources",
            path,
            "Connects a channel of the calling source",
            SOURCE_TOKEN,
        )
        .request(
            CreateChannel::schema(),
            json!({
                "name": "source channel",
                "source_channel_id": "my-source-channel-1",
                "metadata": { "my_key": "my value" }
            }),
        )
        .answer_with(
            StatusCode::CREATED,
            "The channel; the same again for the same name.",
            reference("Channel"),
            sample(),
        )
        .faults(Fault::PROCEDURE)
        .faults(&[Fault::Unknown, Fault::ChannelTaken])
        .build(),
        route: post(route),
    }
}

fn list() -> Procedure {
    let path = "/sources.channels.list";
    let route = |State(engine): State<Engine>, headers: HeaderMap| async move {
        let source = source_of(&engine, &headers).await?;
        let channels = engine.list_source_channels(source).await?;
        let data = shown(&engine, channels).await?;
        Ok::<Response, ApiError>(Json(json!({ "data": data })).into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::with_token(
            "sources",
            path,
            "Lists the channels of the calling source",
            SOURCE_TOKEN,
        )
        .answer(
            "Those that are connected.",
            data_of(reference("Channel")),
            json!({ "data": [sample()] }),
        )
        .faults(Fault::PROCEDURE)
        .faults(&[Fault::Unknown])
        .build(),
        route: post(route),
    }
}

fn disconnect() -> Procedure {
    let path = "/sources.channels.disconnect";
    let route = |State(engine): State<Engine>, headers: HeaderMap, request: Request| async move {
        let source = source_of(&engine, &headers).await?;
        let Parsed(Which { channel_id }) = Parsed::from_request(request, &engine).await?;
        engine
            .disconnect_source_channel(source, channel_id.0)
            .await?;
        Ok::<Response, ApiError>(StatusCode::NO_CONTENT.into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::with_token(
            "sources",
            path,
            "Disconnects a channel of the calling source",
            SOURCE_TOKEN,
        )
        .request(
            Which::schema(),
            json!({ "channel_id": "632e8556-fd8b-54e3-bf7d-7865dee4be77" }),
        )
        .empty_answer(StatusCode::NO_CONTENT, "Disconnected, now or before.")
        .faults(Fault::PROCEDURE)
        .faults(&[Fault::Unknown])
        .build(),
        route: post(route),
    }
}

/// Channels as clients see them.
async fn shown(engine: &Engine, channels: Vec<Channel>) -> Result<Vec<Value>, ApiError> {
    let notes = engine.notes_of_channels(channels.clone()).await?;
    Ok(channels
        .iter()
        .map(|channel| {
            let noted = notes.get(&channel.id).map_or(&[][..], Vec::as_slice);
            json!(ChannelJson::from(channel).with_notes(noted))
        })
        .collect())
}
