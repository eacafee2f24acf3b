//! `POST /templates.update`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_api_types::TemplateJson;
use switchboard_connector::RequestBody;
use switchboard_connector::request::{Text, optional};
use switchboard_domain::{RawJson, Source, TemplateId};
use switchboard_engine::Engine;
use switchboard_engine::templates::TemplateUpdate;
use utoipa::{PartialSchema, ToSchema};

use super::{SAMPLE_ID, sample};
use crate::body::Verbatim;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// What to change of a template; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
struct UpdateTemplate {
    /// The template.
    #[schema(value_type = Uuid)]
    id: Id<TemplateId>,
    /// The new name.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// The new source.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    source: Option<Text>,
    /// The new message: any JSON.
    #[serde(default)]
    #[expect(dead_code, reason = "it is taken as it was written")]
    content: Option<Value>,
}

impl RequestBody for UpdateTemplate {
    const REQUIRED: &'static [&'static str] = &["id"];
    const ANY_JSON: &'static [&'static str] = &["content"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/templates.update";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("templates", path, "Changes a template")
            .request(
                UpdateTemplate::schema(),
                json!({ "id": SAMPLE_ID, "name": "awesome-template" }),
            )
            .answer(
                "The template as it is now.",
                reference("Template"),
                sample(),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(update),
    }
}

async fn update(
    State(engine): State<Engine>,
    Verbatim(request, written): Verbatim<UpdateTemplate>,
) -> Result<Response, ApiError> {
    let UpdateTemplate {
        id,
        name,
        source,
        content: _,
    } = request;
    let update = TemplateUpdate {
        name: name.map(Text::into_string),
        source: source.map(|source| Source::new(source.into_string())),
        content: written
            .field("content")
            .map(|content| RawJson::from_checked(content.get())),
    };
    let template = engine.update_template(id.0, update).await?;
    Ok(axum::Json(TemplateJson::from(&template)).into_response())
}
