//! `POST /envelopes.info`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use switchboard_api_types::iso;
use switchboard_connector::RequestBody;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::{envelope_id, raw, sample};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;
use crate::rpc::field::FreeText;

/// Which envelope to show.
#[derive(Debug, Deserialize, ToSchema)]
struct EnvelopeInfo {
    /// The envelope.
    #[schema(value_type = String, max_length = 8192)]
    id: FreeText,
}

impl RequestBody for EnvelopeInfo {
    const REQUIRED: &'static [&'static str] = &["id"];
}

#[derive(Serialize)]
struct InfoJson {
    id: String,
    source: String,
    target: String,
    received_at: String,
    size: usize,
    verdict: &'static str,
    findings: Box<RawValue>,
    headers: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

pub(super) fn procedure() -> Procedure {
    let path = "/envelopes.info";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("envelopes", path, "Shows what a provider has sent")
            .describe(
                "With its headers and its body, byte for byte: `body` as text, or `body_base64` if \
                 it is none.",
            )
            .request(EnvelopeInfo::schema(), json!({ "id": "4711" }))
            .answer("The envelope.", reference("Envelope"), sample())
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(info),
    }
}

async fn info(
    State(engine): State<Engine>,
    Parsed(request): Parsed<EnvelopeInfo>,
) -> Result<Response, ApiError> {
    let shown = engine.envelope(envelope_id(&request.id.0)?).await?;
    let content = shown.envelope.content;
    let size = content.body.len();
    let (body, body_base64) = match String::from_utf8(content.body) {
        Ok(text) => (Some(text), None),
        Err(bytes) => (None, Some(STANDARD.encode(bytes.as_bytes()))),
    };
    Ok(Json(InfoJson {
        id: shown.envelope.id.to_string(),
        source: content.source.as_str().to_owned(),
        target: content.target,
        received_at: iso(content.received_at),
        size,
        verdict: shown.verdict.as_str(),
        findings: raw(shown.outcome.as_ref().map(|outcome| &outcome.findings)),
        headers: raw(Some(&content.headers)),
        body,
        body_base64,
    })
    .into_response())
}
