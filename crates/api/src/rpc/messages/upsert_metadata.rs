//! `POST /metadata.upsert`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::RequestBody;
use switchboard_connector::request::{InvalidRequest, Text};
use switchboard_domain::MetadataSubject;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::SAMPLE_ID;
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

/// What to note, about what.
#[derive(Debug, Deserialize, ToSchema)]
struct UpsertMetadata {
    /// `message`, `conversation` or `channel`.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    subject: Text,
    /// Which of them; it need not exist.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    id: Text,
    /// The document. Each value is noted under its own key, beside what was noted before.
    #[schema(value_type = Object)]
    data: Value,
}

impl RequestBody for UpsertMetadata {
    const REQUIRED: &'static [&'static str] = &["subject", "id", "data"];
}

pub(super) fn procedure() -> Procedure {
    let path = "/metadata.upsert";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged(
            "messages",
            path,
            "Notes something about a message, a conversation or a channel",
        )
        .describe("What is noted is shown in `metadata.user_data`.")
        .request(
            UpsertMetadata::schema(),
            json!({
                "subject": "message",
                "id": SAMPLE_ID,
                "data": { "seq": 42, "sentFrom": "iPhone", "assignees": ["Alice", "Bob"] }
            }),
        )
        .empty_answer(StatusCode::NO_CONTENT, "Noted.")
        .faults(Fault::PROCEDURE)
        .build(),
        route: post(upsert),
    }
}

async fn upsert(
    State(engine): State<Engine>,
    Parsed(request): Parsed<UpsertMetadata>,
) -> Result<Response, ApiError> {
    let UpsertMetadata { subject, id, data } = request;
    let id = id.as_str().parse();
    let subject = MetadataSubject::parse(subject.as_str(), id.clone().unwrap_or_default());
    let subject = subject.ok_or_else(|| {
        InvalidRequest::field(
            "subject",
            "The field subject is wrong: it must be message, conversation or channel.",
        )
    })?;
    // As in Airy, what is no object has nothing in it that could be noted, and nothing need have the id:
    // what is no UUID can never have it.
    if let (Value::Object(document), Ok(_)) = (data, id) {
        engine.upsert_metadata(subject, document).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
