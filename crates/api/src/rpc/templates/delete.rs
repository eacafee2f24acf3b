//! `POST /templates.delete`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde_json::json;
use switchboard_engine::Engine;
use utoipa::PartialSchema;

use super::{SAMPLE_ID, WhichTemplate};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/templates.delete";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("templates", path, "Deletes a template")
            .request(WhichTemplate::schema(), json!({ "id": SAMPLE_ID }))
            .empty_answer(StatusCode::NO_CONTENT, "The template is deleted.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(delete),
    }
}

async fn delete(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichTemplate>,
) -> Result<StatusCode, ApiError> {
    engine.delete_template(request.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
