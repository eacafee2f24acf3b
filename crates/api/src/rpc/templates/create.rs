//! `POST /templates.create`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_api_types::TemplateJson;
use switchboard_connector::RequestBody;
use switchboard_connector::request::Text;
use switchboard_domain::Source;
use switchboard_engine::Engine;
use switchboard_engine::templates::NewTemplate;
use utoipa::{PartialSchema, ToSchema};

use super::{sample, sample_content};
use crate::body::Verbatim;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

/// A new template.
#[derive(Debug, Deserialize, ToSchema)]
struct CreateTemplate {
    /// What people call it.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    name: Text,
    /// The source whose words its content is in.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    source: Text,
    /// The message: any JSON.
    #[expect(dead_code, reason = "it is taken as it was written")]
    content: Value,
}

impl RequestBody for CreateTemplate {
    const REQUIRED: &'static [&'static str] = &["name", "source", "content"];
    const ANY_JSON: &'static [&'static str] = &["content"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/templates.create";
    let request = json!({
        "name": "awesome-template",
        "source": "facebook",
        "content": sample_content()
    });
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("templates", path, "Makes a template of a message")
            .request(CreateTemplate::schema(), request)
            .created("The template.", reference("Template"), sample())
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(create),
    }
}

async fn create(
    State(engine): State<Engine>,
    Verbatim(request, written): Verbatim<CreateTemplate>,
) -> Result<Response, ApiError> {
    let CreateTemplate {
        name,
        source,
        content: _,
    } = request;
    let template = NewTemplate {
        name: name.into_string(),
        source: Source::new(source.into_string()),
        content: written.json("content"),
    };
    let template = engine.create_template(template).await?;
    let answer = axum::Json(TemplateJson::from(&template));
    Ok((StatusCode::CREATED, answer).into_response())
}
