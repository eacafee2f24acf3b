//! `POST /envelopes.replay`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_connector::RequestBody;
use switchboard_engine::Engine;
use switchboard_engine::ingest::{Finding, Replayed, Run};
use utoipa::openapi::ObjectBuilder;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::envelope_id;
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;
use crate::rpc::field::FreeText;

/// Which envelope to apply again.
#[derive(Debug, Deserialize, ToSchema)]
struct ReplayEnvelope {
    /// The envelope.
    #[schema(value_type = String, max_length = 8192)]
    id: FreeText,
    /// Only say what would change.
    #[serde(default)]
    dry_run: bool,
}

impl RequestBody for ReplayEnvelope {
    const REQUIRED: &'static [&'static str] = &["id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("dryRun", "dry_run")];
}

#[derive(Serialize)]
struct ReplayJson {
    dry_run: bool,
    verdict: &'static str,
    findings: Vec<Finding>,
    new_messages: Vec<String>,
    known_messages: u64,
    changes: Map<String, Value>,
}

pub(super) fn procedure() -> Procedure {
    let path = "/envelopes.replay";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("envelopes", path, "Applies an envelope again")
            .describe(
                "Through what the hub understands today, and for the accounts that are connected \
                 today. What is there already stays as it is, so it may be repeated. With `dry_run` \
                 nothing changes, and the answer says what would.",
            )
            .request(
                ReplayEnvelope::schema(),
                json!({ "id": "4711", "dry_run": true }),
            )
            .answer(
                "What changed.",
                Schema::Object(ObjectBuilder::new().build()),
                json!({
                    "dry_run": true,
                    "verdict": "applied",
                    "findings": [],
                    "new_messages": ["adf43014-3114-5185-b14e-bcc98d4c5df1"],
                    "known_messages": 0,
                    "changes": {}
                }),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(replay),
    }
}

async fn replay(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ReplayEnvelope>,
) -> Result<Response, ApiError> {
    let ReplayEnvelope { id, dry_run } = request;
    let run = if dry_run { Run::Dry } else { Run::Real };
    let replayed = engine.replay_envelope(envelope_id(&id.0)?, run).await?;
    Ok(Json(as_json(replayed, dry_run)).into_response())
}

#[expect(
    clippy::fn_params_excessive_bools,
    reason = "the answer repeats what was asked"
)]
fn as_json(replayed: Replayed, dry_run: bool) -> ReplayJson {
    let Replayed {
        verdict,
        findings,
        messages,
        duplicates,
        changes,
    } = replayed;
    ReplayJson {
        dry_run,
        verdict: verdict.as_str(),
        findings,
        new_messages: messages.iter().map(ToString::to_string).collect(),
        known_messages: duplicates,
        changes: changes
            .into_iter()
            .map(|change| (change.what.to_owned(), change.count.into()))
            .collect(),
    }
}
