//! `POST /messages.suggest-replies`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_connector::RequestBody;
use switchboard_connector::request::InvalidRequest;
use switchboard_domain::{MessageId, RawJson};
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::{CAMEL_CASE, SAMPLE_ID, sample};
use crate::body::Parsed;
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

async fn suggest(
    State(engine): State<Engine>,
    Parsed(request): Parsed<SuggestReplies>,
) -> Result<Response, ApiError> {
    let SuggestReplies {
        message_id,
        suggestions,
    } = request;
    let suggestions = suggestions
        .into_iter()
        .map(|(name, suggestion)| {
            let content = suggestion.get("content").ok_or_else(|| {
                InvalidRequest::field(
                    format!("suggestions.{name}.content"),
                    format!("The field suggestions.{name}.content is required."),
                )
            })?;
            Ok((name, RawJson::from_checked(content.to_string())))
        })
        .collect::<Result<Vec<_>, InvalidRequest>>()?;
    let message = engine.suggest_replies(message_id.0, suggestions).await?;
    Ok(Json(message.to_json(&engine.media_links())).into_response())
}
