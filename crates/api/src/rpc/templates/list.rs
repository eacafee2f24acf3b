//! `POST /templates.list`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_api_types::TemplateJson;
use switchboard_connector::RequestBody;
use switchboard_connector::request::{Text, optional};
use switchboard_domain::Source;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::sample;
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, data_of, reference};
use crate::rpc::Procedure;

/// Which templates to list.
#[derive(Debug, Deserialize, ToSchema)]
struct ListTemplates {
    /// Only templates of this source.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    source: Text,
    /// Only templates with this in their name, letter by letter.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
}

impl RequestBody for ListTemplates {
    const REQUIRED: &'static [&'static str] = &["source"];
}

#[derive(Serialize)]
struct ListJson<'a> {
    data: Vec<TemplateJson<'a>>,
}

pub(super) fn procedure() -> Procedure {
    let path = "/templates.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("templates", path, "Lists the templates of a source")
            .describe("By name.")
            .request(ListTemplates::schema(), json!({ "source": "facebook" }))
            .answer(
                "The templates.",
                data_of(reference("Template")),
                json!({ "data": [sample()] }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ListTemplates>,
) -> Result<Response, ApiError> {
    let ListTemplates { source, name } = request;
    let source = Source::new(source.into_string());
    let name = name.map(Text::into_string);
    let templates = engine.list_templates(source, name).await?;
    let data = templates.iter().map(TemplateJson::from).collect();
    Ok(axum::Json(ListJson { data }).into_response())
}
