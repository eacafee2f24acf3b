//! `POST /components.uninstall`.

use axum::extract::State;
use axum::routing::post;
use serde_json::json;
use switchboard_engine::Engine;
use utoipa::PartialSchema;

use super::{SAMPLE_NAME, WhichComponent, built_in, required};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/components.uninstall";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("components", path, "Is refused: parts cannot be taken out")
            .describe("The answer says which section of the configuration to leave out instead.")
            .request(WhichComponent::schema(), json!({ "name": SAMPLE_NAME }))
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(uninstall),
    }
}

async fn uninstall(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichComponent>,
) -> ApiError {
    match required(&engine, request.name.as_str()) {
        Ok(component) => built_in(&component, "name"),
        Err(unknown) => unknown,
    }
}
