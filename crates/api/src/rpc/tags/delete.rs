//! `POST /tags.delete`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_domain::TagId;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::SAMPLE_ID;
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Which tag to delete.
#[derive(Debug, Deserialize, ToSchema)]
struct DeleteTag {
    /// The tag.
    #[schema(value_type = Uuid)]
    id: Id<TagId>,
}

impl RequestBody for DeleteTag {
    const REQUIRED: &'static [&'static str] = &["id"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/tags.delete";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("tags", path, "Deletes a tag")
            .describe("It is taken off every conversation.")
            .request(DeleteTag::schema(), json!({ "id": SAMPLE_ID }))
            .empty_answer(StatusCode::NO_CONTENT, "The tag is deleted.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(delete),
    }
}

async fn delete(
    State(engine): State<Engine>,
    Parsed(request): Parsed<DeleteTag>,
) -> Result<StatusCode, ApiError> {
    engine.delete_tag(request.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
