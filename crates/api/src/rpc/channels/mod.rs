//! The procedures of channels.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod channel_id;
mod connect;
mod disconnect;
mod explore;
mod info;
mod list;
mod update;

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use switchboard_api_types::ChannelJson;
use switchboard_connector::Connector;
use switchboard_domain::{Channel, MetadataRecord};
use switchboard_engine::Engine;

use super::Procedure;
use crate::error::ApiError;

/// Every procedure of channels that there is with these sources.
pub(crate) fn procedures(connectors: &[&'static dyn Connector]) -> Vec<Procedure> {
    let mut procedures = vec![list::procedure(), info::procedure(), update::procedure()];
    for connector in connectors {
        procedures.push(connect::procedure(*connector));
        procedures.push(disconnect::procedure(&connector.source()));
        procedures.extend(explore::procedures(*connector));
    }
    procedures
}

/// A channel as an answer.
async fn answer(engine: &Engine, channel: Channel) -> Result<Response, ApiError> {
    let mut notes = engine.notes_of_channels(vec![channel.clone()]).await?;
    let records = notes.remove(&channel.id).unwrap_or_default();
    Ok(shown(&channel, &records))
}

/// The same where it is known what is noted about the channel.
fn shown(channel: &Channel, records: &[MetadataRecord]) -> Response {
    axum::Json(ChannelJson::from(channel).with_notes(records)).into_response()
}

/// The channel of the specification's samples.
fn sample() -> Value {
    let metadata = json!({
        "name": "my page 1",
        "image_url": "http://example.org/avatar.jpeg"
    });
    sample_of("facebook", &metadata)
}

fn sample_of(source: &str, metadata: &Value) -> Value {
    json!({
        "id": SAMPLE_ID,
        "source": source,
        "source_channel_id": "fb-page-id-1",
        "metadata": metadata,
        "connected": true
    })
}

const SAMPLE_ID: &str = "0686be1a-84e3-5135-9960-3269161887e5";

/// Names of the same fields that callers in camel case use.
const CAMEL_CASE: &[(&str, &str)] = &[("channelId", "channel_id"), ("imageUrl", "image_url")];
