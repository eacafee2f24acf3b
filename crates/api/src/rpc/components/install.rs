//! `POST /components.install`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde_json::json;
use switchboard_engine::Engine;
use utoipa::PartialSchema;

use super::{SAMPLE_NAME, WhichComponent, required};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/components.install";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("components", path, "Makes sure that a part is there")
            .describe(
                "Every part of the hub is there from the start, and nothing else can be added.",
            )
            .request(WhichComponent::schema(), json!({ "name": SAMPLE_NAME }))
            .empty_answer(StatusCode::ACCEPTED, "It is there.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(install),
    }
}

async fn install(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichComponent>,
) -> Result<StatusCode, ApiError> {
    required(&engine, request.name.as_str())?;
    Ok(StatusCode::ACCEPTED)
}
