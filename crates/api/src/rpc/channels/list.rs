//! `POST /channels.list`.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_api_types::ChannelJson;
use switchboard_connector::RequestBody;
use switchboard_connector::request::{Text, optional};
use switchboard_domain::{ChannelFilter, Source};
use switchboard_engine::Engine;
use switchboard_engine::channels::Listing;
use utoipa::{PartialSchema, ToSchema};

use super::sample;
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, data_of, reference};
use crate::rpc::Procedure;

/// Which channels to list; nothing set means all.
#[derive(Debug, Deserialize, ToSchema)]
struct ListChannels {
    /// Only channels of this source. One that does not exist has no channels.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    source: Option<Text>,
    /// Only channels that are, or are not, connected.
    #[serde(default)]
    connected: Option<bool>,
}

impl RequestBody for ListChannels {
    const REQUIRED: &'static [&'static str] = &[];
}

pub(super) fn procedure() -> Procedure {
    let path = "/channels.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::procedure(path, "Lists channels")
            .describe(
                "Every channel, connected or not, the oldest first; `connected` tells which. A \
                 change that was answered is in every list that is asked for afterwards.",
            )
            .request(ListChannels::schema(), json!({ "source": "facebook" }))
            .answer(
                "The channels.",
                data_of(reference("Channel")),
                json!({ "data": [sample()] }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ListChannels>,
) -> Result<Response, ApiError> {
    let ListChannels { source, connected } = request;
    let filter = ChannelFilter {
        source: source.map(|source| Source::new(source.into_string())),
        connected,
    };
    let listing = engine.list_channels(filter).await?;
    let mut answer = Response::new(Body::from(listing.rendered(render)));
    answer.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(answer)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
struct ListJson<'a> {
    data: Vec<ChannelJson<'a>>,
}

#[expect(
    clippy::expect_used,
    reason = "the sentence proves that it cannot fail"
)]
fn render(listing: &Listing) -> Bytes {
    let data = listing
        .channels
        .iter()
        .map(|channel| {
            let shown = ChannelJson::from(channel);
            match listing.notes.get(&channel.id) {
                Some(notes) => shown.with_notes(notes),
                None => shown,
            }
        })
        .collect();
    serde_json::to_vec(&ListJson { data })
        .expect("text, UUIDs and booleans are always serialisable")
        .into()
}
