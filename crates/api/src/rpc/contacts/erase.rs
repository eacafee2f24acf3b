//! `POST /contacts.erase`.

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
    let path = "/contacts.erase";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Erases a person")
            .describe(
                "The contact and what was merged into it, all its conversations with their messages, \
                 what is noted about them and what finds them, their files, and the raw calls of \
                 providers that mention the person's address. Nothing of it can be brought back. A \
                 call that takes too long is answered with 503, and the hub goes on by itself; call \
                 again to wait for it. It is done when there is no such contact.",
            )
            .request(WhichContact::schema(), json!({ "id": SAMPLE_ID }))
            .empty_answer(StatusCode::NO_CONTENT, "The person is erased.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(erase),
    }
}

async fn erase(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichContact>,
) -> Result<StatusCode, ApiError> {
    engine.erase_contact(request.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
