//! `sources.create`, `.update`, `.list` and `.delete`, for the hub's own programs.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_connector::RequestBody;
use switchboard_connector::request::{ImageUrl, Text, optional};
use switchboard_domain::{CustomSource, Secret, Source};
use switchboard_engine::Engine;
use switchboard_engine::sources::SourceDetails;
use utoipa::{PartialSchema, ToSchema};

use crate::body::{Json as AnyJson, Parsed};
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, data_of};
use crate::rpc::Procedure;

/// What is said of a custom source.
#[derive(Debug, Deserialize, ToSchema)]
struct SourceRequest {
    /// Its name in data.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    source_id: Text,
    /// What people call it.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    name: Option<Text>,
    /// A picture.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    image_url: Option<ImageUrl>,
    /// Where messages to be sent are posted.
    #[serde(default, deserialize_with = "optional")]
    #[schema(inline)]
    action_endpoint: Option<ImageUrl>,
}

impl RequestBody for SourceRequest {
    const REQUIRED: &'static [&'static str] = &["source_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("sourceId", "source_id"),
        ("imageUrl", "image_url"),
        ("actionEndpoint", "action_endpoint"),
    ];
}

impl From<SourceRequest> for SourceDetails {
    fn from(request: SourceRequest) -> Self {
        let SourceRequest {
            source_id,
            name,
            image_url,
            action_endpoint,
        } = request;
        Self {
            source: Source::new(source_id.into_string()),
            name: name.map(Text::into_string),
            image_url: image_url.map(ImageUrl::into_string),
            action_endpoint: action_endpoint.map(ImageUrl::into_string),
        }
    }
}

/// Which custom source.
#[derive(Debug, Deserialize, ToSchema)]
struct Which {
    /// Its name in data.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    source_id: Text,
}

impl RequestBody for Which {
    const REQUIRED: &'static [&'static str] = &["source_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("sourceId", "source_id")];
}

/// A custom source.
#[derive(Serialize, ToSchema)]
struct SourceJson {
    /// Its name in data.
    source_id: String,
    /// What it calls with; shown when it is created and never again.
    #[schema(required)]
    token: Option<String>,
    /// What people call it.
    #[schema(required)]
    name: Option<String>,
    /// A picture.
    #[schema(required)]
    image_url: Option<String>,
    /// Where messages to be sent are posted.
    #[schema(required)]
    action_endpoint: Option<String>,
}

impl SourceJson {
    fn new(source: CustomSource, token: Option<&Secret>) -> Self {
        let CustomSource {
            source,
            name,
            image_url,
            action_endpoint,
            token: _,
            created_at: _,
        } = source;
        Self {
            source_id: source.as_str().to_owned(),
            token: token.map(|token| token.expose().to_owned()),
            name,
            image_url,
            action_endpoint,
        }
    }
}

pub(super) fn procedures() -> Vec<Procedure> {
    vec![create(), update(), list(), delete()]
}

fn sample(token: Option<&str>) -> Value {
    json!({
        "source_id": "my-source",
        "token": token,
        "name": "My source",
        "image_url": null,
        "action_endpoint": "https://source.example.com/actions"
    })
}

fn request_sample() -> Value {
    json!({
        "source_id": "my-source",
        "name": "My source",
        "action_endpoint": "https://source.example.com/actions"
    })
}

fn create() -> Procedure {
    let path = "/sources.create";
    let route = |State(engine): State<Engine>, Parsed(request): Parsed<SourceRequest>| async move {
        let (source, token) = engine.create_source(request.into()).await?;
        Ok::<Response, ApiError>(Json(SourceJson::new(source, Some(&token))).into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("sources", path, "Creates a custom source")
            .request(SourceRequest::schema(), request_sample())
            .answer(
                "The source, with the token that it calls with; shown this once.",
                SourceJson::schema(),
                sample(Some("eyJ…")),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::SourceExists])
            .build(),
        route: post(route),
    }
}

fn update() -> Procedure {
    let path = "/sources.update";
    let route = |State(engine): State<Engine>, Parsed(request): Parsed<SourceRequest>| async move {
        let source = engine.update_source(request.into()).await?;
        Ok::<Response, ApiError>(Json(SourceJson::new(source, None)).into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("sources", path, "Replaces what is said of a custom source")
            .request(SourceRequest::schema(), request_sample())
            .answer("The source.", SourceJson::schema(), sample(None))
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(route),
    }
}

fn list() -> Procedure {
    let path = "/sources.list";
    let route = |State(engine): State<Engine>, AnyJson(_body): AnyJson| async move {
        let sources = engine.list_sources().await?;
        let data: Vec<_> = sources
            .into_iter()
            .map(|source| SourceJson::new(source, None))
            .collect();
        Ok::<Response, ApiError>(Json(json!({ "data": data })).into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("sources", path, "Lists custom sources")
            .answer(
                "The sources, without their tokens.",
                data_of(SourceJson::schema()),
                json!({ "data": [sample(None)] }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(route),
    }
}

fn delete() -> Procedure {
    let path = "/sources.delete";
    let route = |State(engine): State<Engine>, Parsed(request): Parsed<Which>| async move {
        let source = Source::new(request.source_id.into_string());
        engine.delete_source(source).await?;
        Ok::<Response, ApiError>(StatusCode::ACCEPTED.into_response())
    };
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("sources", path, "Removes a custom source")
            .describe("Its token opens nothing any more. Its channels and conversations stay.")
            .request(Which::schema(), json!({ "source_id": "my-source" }))
            .empty_answer(StatusCode::ACCEPTED, "Removed, or never there.")
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(route),
    }
}
