//! `POST /templates.info`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;
use switchboard_api_types::TemplateJson;
use switchboard_engine::Engine;
use utoipa::PartialSchema;

use super::{SAMPLE_ID, WhichTemplate, sample};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/templates.info";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("templates", path, "Shows a template")
            .request(WhichTemplate::schema(), json!({ "id": SAMPLE_ID }))
            .answer("The template.", reference("Template"), sample())
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(info),
    }
}

async fn info(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichTemplate>,
) -> Result<Response, ApiError> {
    let template = engine.template(request.id.0).await?;
    Ok(axum::Json(TemplateJson::from(&template)).into_response())
}
