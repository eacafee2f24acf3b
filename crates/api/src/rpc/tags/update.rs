//! `POST /tags.update`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_connector::request::{Text, optional};
use switchboard_domain::TagId;
use switchboard_engine::Engine;
use switchboard_engine::tags::TagUpdate;
use utoipa::{PartialSchema, ToSchema};

use super::{SAMPLE_ID, color_of};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// What to change of a tag; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
struct UpdateTag {
    /// The tag.
    #[schema(value_type = Uuid)]
    id: Id<TagId>,
    /// The new name.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// The new colour: `tag-red`, `tag-blue`, `tag-green` or `tag-purple`.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    color: Option<Text>,
}

impl RequestBody for UpdateTag {
    const REQUIRED: &'static [&'static str] = &["id"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/tags.update";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("tags", path, "Changes a tag")
            .request(
                UpdateTag::schema(),
                json!({ "id": SAMPLE_ID, "name": "high-priority", "color": "tag-purple" }),
            )
            .empty_answer(StatusCode::NO_CONTENT, "The tag is changed.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(update),
    }
}

async fn update(
    State(engine): State<Engine>,
    Parsed(request): Parsed<UpdateTag>,
) -> Result<StatusCode, ApiError> {
    let UpdateTag { id, name, color } = request;
    let update = TagUpdate {
        name: name.map(Text::into_string),
        color: color.as_ref().map(color_of).transpose()?,
    };
    engine.update_tag(id.0, update).await?;
    Ok(StatusCode::NO_CONTENT)
}
