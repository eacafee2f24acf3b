//! `POST /conversations.info`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_domain::ConversationId;
use switchboard_engine::Engine;
use switchboard_engine::conversations::ConversationInfoError;
use utoipa::{PartialSchema, ToSchema};

use super::{CAMEL_CASE, SAMPLE_ID, sample};
use crate::body::Parsed;
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Which conversation to show.
#[derive(Debug, Deserialize, ToSchema)]
struct ConversationInfo {
    /// The conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
}

impl RequestBody for ConversationInfo {
    const REQUIRED: &'static [&'static str] = &["conversation_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

pub(super) fn procedure() -> Procedure {
    let path = "/conversations.info";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("conversations", path, "Shows a conversation")
            .request(
                ConversationInfo::schema(),
                json!({ "conversation_id": SAMPLE_ID }),
            )
            .answer("The conversation.", reference("Conversation"), sample())
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(info),
    }
}

async fn info(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ConversationInfo>,
) -> Result<Response, ApiError> {
    let conversation = engine.conversation(request.conversation_id.0).await?;
    Ok(Json(conversation.to_json(&engine.media_links())).into_response())
}

impl From<ConversationInfoError> for ApiError {
    fn from(error: ConversationInfoError) -> Self {
        match error {
            ConversationInfoError::Unknown(id) => {
                Self::new(Code::NotFound, format!("There is no conversation {id}."))
            }
            ConversationInfoError::Storage(error) => error.into(),
        }
    }
}
