//! `POST /contacts.delete`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde_json::json;
use switchboard_engine::Engine;
use utoipa::PartialSchema;

use super::{SAMPLE_ID, WhichContact};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.delete";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Deletes a contact")
            .describe(
                "And what was merged into it. Its conversations stay; `contacts.erase` erases them \
                 too.",
            )
            .request(WhichContact::schema(), json!({ "id": SAMPLE_ID }))
            .empty_answer(StatusCode::ACCEPTED, "The contact is deleted.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(delete),
    }
}

async fn delete(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichContact>,
) -> Result<StatusCode, ApiError> {
    engine.delete_contact(request.id.0).await?;
    Ok(StatusCode::ACCEPTED)
}
