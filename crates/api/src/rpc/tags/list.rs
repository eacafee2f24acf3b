//! `POST /tags.list`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;
use switchboard_api_types::TagJson;
use switchboard_engine::Engine;

use super::sample;
use crate::body::Json;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, data_of, reference};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/tags.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("tags", path, "Lists tags")
            .describe("Every tag, the oldest first. Nothing in the body matters.")
            .answer(
                "The tags.",
                data_of(reference("Tag")),
                json!({ "data": [sample()] }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(State(engine): State<Engine>, _: Json) -> Result<Response, ApiError> {
    let tags = engine.list_tags().await?;
    let data: Vec<_> = tags.iter().map(TagJson::from).collect();
    Ok(axum::Json(json!({ "data": data })).into_response())
}
