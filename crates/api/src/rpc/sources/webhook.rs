//! `POST /sources.webhook`.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use switchboard_engine::Engine;
use utoipa::openapi::ObjectBuilder;

use super::source_of;
use crate::body;
use crate::error::ApiError;
use crate::openapi::{Fault, SOURCE_TOKEN, Sketch};
use crate::rpc::Procedure;

/// Largest post that is read.
const LIMIT: usize = 4 * 1024 * 1024;

pub(super) fn procedure() -> Procedure {
    let path = "/sources.webhook";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::with_token(
            "sources",
            path,
            "Takes messages and notes of the calling source",
            SOURCE_TOKEN,
        )
        .describe(
            "The whole post is stored before it is answered, or nothing of it. Ids are the \
                 source's own: posting a message again changes nothing.",
        )
        .request(
            ObjectBuilder::new().build(),
            json!({
                "messages": [{
                    "source_message_id": "source-message-id",
                    "source_conversation_id": "source-conversation-id",
                    "source_channel_id": "my-source-channel-1",
                    "source_sender_id": "source-sender-id",
                    "content": { "text": "Hello world" },
                    "from_contact": true,
                    "sent_at": 1_603_661_094_560_i64
                }],
                "metadata": [{
                    "namespace": "conversation",
                    "source_id": "source-conversation-id",
                    "metadata": { "contact": { "display_name": "Margaret Hamilton" } }
                }]
            }),
        )
        .empty_answer(StatusCode::OK, "Stored.")
        .faults(Fault::PROCEDURE)
        .faults(&[Fault::Unknown])
        .build(),
        route: post(receive),
    }
}

async fn receive(
    State(engine): State<Engine>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let source = source_of(&engine, &headers).await?;
    let body = body::read_json(request, LIMIT).await?;
    engine.receive_from_source(source, body.into()).await?;
    Ok(StatusCode::OK.into_response())
}
