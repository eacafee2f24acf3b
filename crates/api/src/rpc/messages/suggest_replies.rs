//! `POST /messages.suggest-replies`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use switchboard_connector::RequestBody;
use switchboard_connector::request::InvalidRequest;
use switchboard_domain::{MessageId, RawJson};
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::{CAMEL_CASE, SAMPLE_ID, sample};
use crate::body::{Verbatim, Written};
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Replies that somebody suggests to a message.
#[derive(Debug, Deserialize, ToSchema)]
struct SuggestReplies {
    /// The message.
    #[schema(value_type = Uuid)]
    message_id: Id<MessageId>,
    /// By names of the caller's own: `{"<name>": {"content": …}}`.
    #[schema(value_type = Object)]
    #[expect(dead_code, reason = "it is taken as it was written")]
    suggestions: Map<String, Value>,
}

impl RequestBody for SuggestReplies {
    const REQUIRED: &'static [&'static str] = &["message_id", "suggestions"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

pub(super) fn procedures() -> Vec<Procedure> {
    ["/messages.suggest-replies", "/messages.suggestReplies"]
        .into_iter()
        .enumerate()
        .map(|(number, path)| {
            let sketch = Sketch::tagged("messages", path, "Suggests replies to a message");
            let sketch = match number {
                0 => sketch,
                _ => sketch.deprecated("The same under the name that older clients call."),
            };
            Procedure {
                path: path.to_owned(),
                operation: sketch
                    .request(
                        SuggestReplies::schema(),
                        json!({
                            "message_id": SAMPLE_ID,
                            "suggestions": {
                                "suggestion-1": { "content": { "text": "Hello world" } }
                            }
                        }),
                    )
                    .answer("The message.", reference("Message"), sample())
                    .faults(Fault::PROCEDURE)
                    .faults(&[Fault::Unknown])
                    .build(),
                route: post(suggest),
            }
        })
        .collect()
}

/// What is suggested, as it was written.
#[derive(Deserialize)]
struct Suggestion<'w> {
    #[serde(borrow, default, deserialize_with = "any_json")]
    content: Option<&'w RawValue>,
}

/// Any JSON that is there, `null` included.
fn any_json<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(reader).map(Some)
}

fn suggestions(written: &Written) -> Result<BTreeMap<String, Suggestion<'_>>, InvalidRequest> {
    let suggestions = written.field("suggestions").map_or("{}", RawValue::get);
    serde_json::from_str(suggestions).map_err(|_no_object| {
        InvalidRequest::field(
            "suggestions",
            "The field suggestions is wrong: each must be an object with a content.",
        )
    })
}

async fn suggest(
    State(engine): State<Engine>,
    Verbatim(request, written): Verbatim<SuggestReplies>,
) -> Result<Response, ApiError> {
    let SuggestReplies {
        message_id,
        suggestions: _,
    } = request;
    let suggestions = suggestions(&written)?
        .into_iter()
        .map(|(name, suggestion)| {
            let content = suggestion.content.ok_or_else(|| {
                InvalidRequest::field(
                    format!("suggestions.{name}.content"),
                    format!("The field suggestions.{name}.content is required."),
                )
            })?;
            Ok((name, RawJson::from_checked(content.get())))
        })
        .collect::<Result<Vec<_>, InvalidRequest>>()?;
    let message = engine.suggest_replies(message_id.0, suggestions).await?;
    Ok(Json(message.to_json(&engine.media_links())).into_response())
}
