//! `POST /contacts.info`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::request::optional;
use switchboard_connector::{InvalidRequest, RequestBody};
use switchboard_domain::{ContactId, ConversationId};
use switchboard_engine::Engine;
use switchboard_engine::contacts::WhichContact;
use utoipa::{PartialSchema, ToSchema};

use super::SAMPLE_ID;
use super::merge::{answer, merged_sample, merged_schema};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Which contact to show.
#[derive(Debug, Deserialize, ToSchema)]
struct ContactInfo {
    /// The contact.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<Uuid>)]
    id: Option<Id<ContactId>>,
    /// One of its conversations; without `id`.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<Uuid>)]
    conversation_id: Option<Id<ConversationId>>,
}

impl RequestBody for ContactInfo {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] =
        &[("conversationId", "conversation_id")];
}

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.info";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Shows a contact")
            .describe(
                "By its own id or by that of one of its conversations; one of both is needed.",
            )
            .request(ContactInfo::schema(), json!({ "id": SAMPLE_ID }))
            .answer(
                "The contact, and everything that was merged into it.",
                merged_schema(),
                merged_sample(),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(info),
    }
}

async fn info(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ContactInfo>,
) -> Result<Response, ApiError> {
    let which = match (request.id, request.conversation_id) {
        (Some(id), _) => WhichContact::Id(id.0),
        (None, Some(conversation)) => WhichContact::Of(conversation.0),
        (None, None) => {
            // The sentence is Airy's.
            let problem = "Either contact or conversation id must be provided";
            return Err(InvalidRequest::field("id", problem).into());
        }
    };
    Ok(answer(&engine.contact_with_history(which).await?))
}
