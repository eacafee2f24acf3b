//! `POST /tags.create`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use switchboard_api_types::TagJson;
use switchboard_connector::RequestBody;
use switchboard_connector::request::Text;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::{color_of, sample};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

/// A new tag.
#[derive(Debug, Deserialize, ToSchema)]
struct CreateTag {
    /// What people call it.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    name: Text,
    /// How it looks: `tag-red`, `tag-blue`, `tag-green` or `tag-purple`.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    color: Text,
}

impl RequestBody for CreateTag {
    const REQUIRED: &'static [&'static str] = &["name", "color"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/tags.create";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("tags", path, "Makes a tag")
            .describe("Two tags may have the same name.")
            .request(
                CreateTag::schema(),
                json!({ "name": "urgent", "color": "tag-red" }),
            )
            .created("The tag.", reference("Tag"), sample())
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(create),
    }
}

async fn create(
    State(engine): State<Engine>,
    Parsed(request): Parsed<CreateTag>,
) -> Result<Response, ApiError> {
    let CreateTag { name, color } = request;
    let color = color_of(&color)?;
    let tag = engine.create_tag(name.into_string(), color).await?;
    Ok((StatusCode::CREATED, axum::Json(TagJson::from(&tag))).into_response())
}
