//! `POST /components.delete`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_connector::request::Text;
use switchboard_engine::Engine;
use utoipa::openapi::schema::{Object, ObjectBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::{SAMPLE_NAME, built_in, find};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// Which components.
#[derive(Debug, Deserialize, ToSchema)]
struct DeleteComponents {
    /// Their names.
    #[schema(value_type = Vec<String>)]
    components: Vec<Text>,
}

impl RequestBody for DeleteComponents {
    const REQUIRED: &'static [&'static str] = &["components"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/components.delete";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("components", path, "Is refused: parts cannot be taken out")
            .describe(
                "Names of parts that the hub does not have are left out of the answer. If it has one \
                 of them, the call is refused; the answer says which section of the configuration to \
                 leave out instead.",
            )
            .request(
                DeleteComponents::schema(),
                json!({ "components": [SAMPLE_NAME] }),
            )
            .answer("The hub has none of them.", schema(), json!({ "components": {} }))
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(delete),
    }
}

fn schema() -> Object {
    ObjectBuilder::new()
        .property("components", ObjectBuilder::new())
        .required("components")
        .build()
}

async fn delete(
    State(engine): State<Engine>,
    Parsed(request): Parsed<DeleteComponents>,
) -> Result<Response, ApiError> {
    for (index, name) in request.components.iter().enumerate() {
        if let Some(component) = find(&engine, name.as_str()) {
            return Err(built_in(&component, &format!("components[{index}]")));
        }
    }
    Ok(axum::Json(json!({ "components": {} })).into_response())
}
