//! The procedures of operators: what arrived, and what became of it.

#![expect(
    unused_qualifications,
    reason = "the code that ToSchema derives for inlined fields has them"
)]

mod info;
mod list;
mod replay;

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use switchboard_api_types::iso;
use switchboard_domain::{ApplyProgress, EnvelopeHead, EnvelopeId, RawJson};
use switchboard_engine::ingest::{ReplayError, verdict_of};
use utoipa::ToSchema;

use super::Procedure;
use crate::error::{ApiError, Code};

/// Every procedure of envelopes.
pub(crate) fn procedures() -> Vec<Procedure> {
    vec![list::procedure(), info::procedure(), replay::procedure()]
}

/// What was received, without its body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Envelope)]
pub(crate) struct EnvelopeJson {
    /// Grows in the order of arrival; a number in text.
    #[schema(example = "4711")]
    id: String,
    /// The source that vouches for it.
    #[schema(example = "whatsapp")]
    source: String,
    /// Where it arrived.
    #[schema(example = "/whatsapp")]
    target: String,
    /// When.
    #[schema(example = "2020-10-25T21:24:54.560Z")]
    received_at: String,
    /// How long the body is, in bytes.
    size: u64,
    /// `waiting`, `applied`, `ignored`, `unknown`, `unrouted` or `malformed`.
    #[schema(example = "applied")]
    verdict: &'static str,
    /// What was found about entries that did not simply take effect.
    #[schema(value_type = Vec<Object>)]
    findings: Box<RawValue>,
}

impl EnvelopeJson {
    fn new(head: &EnvelopeHead, progress: ApplyProgress) -> Self {
        let EnvelopeHead {
            id,
            source,
            target,
            received_at,
            size,
            outcome,
        } = head;
        Self {
            id: id.to_string(),
            source: source.as_str().to_owned(),
            target: target.clone(),
            received_at: iso(*received_at),
            size: *size,
            verdict: verdict_of(*id, outcome.as_ref(), progress).as_str(),
            findings: raw(outcome.as_ref().map(|outcome| &outcome.findings)),
        }
    }
}

/// JSON that was checked when it was stored.
fn raw(json: Option<&RawJson>) -> Box<RawValue> {
    let text = json.map_or("[]", RawJson::as_str).to_owned();
    RawValue::from_string(text).unwrap_or_else(|_not_json| RawValue::NULL.to_owned())
}

fn sample() -> Value {
    json!({
        "id": "4711",
        "source": "whatsapp",
        "target": "/whatsapp",
        "received_at": "2020-10-25T21:24:54.560Z",
        "size": 411,
        "verdict": "unknown",
        "findings": [{ "entry": 0, "verdict": "unknown", "what": "message_poke" }]
    })
}

/// An id as it comes in requests.
fn envelope_id(text: &str) -> Result<EnvelopeId, ApiError> {
    text.trim().parse().map(EnvelopeId::new).map_err(|_error| {
        ApiError::new(
            Code::InvalidRequest,
            "The field id is wrong: it must be a number, as envelopes.list shows it.",
        )
        .with_field("id")
    })
}

impl From<ReplayError> for ApiError {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Unknown(id) => Self::new(
                Code::NotFound,
                format!("There is no envelope {id}, or it was removed when its time was over."),
            ),
            ReplayError::Waiting(id) => Self::new(
                Code::StillWaiting,
                format!("The envelope {id} waits to be applied; replay it afterwards."),
            ),
            ReplayError::Storage(error) => error.into(),
        }
    }
}
