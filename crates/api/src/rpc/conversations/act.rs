//! What users do to a conversation: read, tag, close, name.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_connector::RequestBody;
use switchboard_connector::request::Text;
use switchboard_domain::{ConversationId, TagId};
use switchboard_engine::Engine;
use switchboard_engine::conversations::ChangeConversationError;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{CAMEL_CASE, SAMPLE_ID};
use crate::body::Parsed;
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Which conversation.
#[derive(Debug, Deserialize, ToSchema)]
struct Which {
    /// The conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
}

impl RequestBody for Which {
    const REQUIRED: &'static [&'static str] = &["conversation_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

/// Which tag of which conversation.
#[derive(Debug, Deserialize, ToSchema)]
struct WhichTag {
    /// The conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
    /// The tag.
    #[schema(value_type = Uuid)]
    tag_id: Id<TagId>,
}

impl RequestBody for WhichTag {
    const REQUIRED: &'static [&'static str] = &["conversation_id", "tag_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

/// Which state.
#[derive(Debug, Deserialize, ToSchema)]
struct SetState {
    /// The conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
    /// `OPEN`, `CLOSED`, or any other word.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    state: Text,
}

impl RequestBody for SetState {
    const REQUIRED: &'static [&'static str] = &["conversation_id", "state"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

/// What people call the contact.
#[derive(Debug, Deserialize, ToSchema)]
struct UpdateContact {
    /// The conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
    /// The name from now on, whatever the provider says.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    display_name: Text,
}

impl RequestBody for UpdateContact {
    const REQUIRED: &'static [&'static str] = &["conversation_id", "display_name"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

/// A procedure that answers nothing.
struct Deed {
    names: &'static [&'static str],
    summary: &'static str,
    schema: RefOr<Schema>,
    sample: Value,
    status: StatusCode,
    route: fn() -> MethodRouter<Engine>,
}

pub(super) fn procedures() -> Vec<Procedure> {
    deeds().into_iter().flat_map(described).collect()
}

fn deeds() -> Vec<Deed> {
    let tag = json!({
        "conversation_id": SAMPLE_ID,
        "tag_id": "f339c325-8614-43cb-a70a-e83d81bf56fc"
    });
    let which = json!({ "conversation_id": SAMPLE_ID });
    let done = StatusCode::NO_CONTENT;
    vec![
        Deed {
            names: &["mark-read", "markRead"],
            summary: "Marks a conversation as read",
            schema: Which::schema(),
            sample: which.clone(),
            status: done,
            route: || post(mark_read),
        },
        Deed {
            names: &["tag"],
            summary: "Tags a conversation",
            schema: WhichTag::schema(),
            sample: tag.clone(),
            status: done,
            route: || post(add_tag),
        },
        Deed {
            names: &["untag"],
            summary: "Takes a tag off a conversation",
            schema: WhichTag::schema(),
            sample: tag,
            status: done,
            route: || post(remove_tag),
        },
        Deed {
            names: &["set-state", "setState"],
            summary: "Sets the state of a conversation",
            schema: SetState::schema(),
            sample: json!({ "conversation_id": SAMPLE_ID, "state": "CLOSED" }),
            status: done,
            route: || post(set_state),
        },
        Deed {
            names: &["remove-state", "removeState"],
            summary: "Takes the state of a conversation away",
            schema: Which::schema(),
            sample: which.clone(),
            status: done,
            route: || post(remove_state),
        },
        Deed {
            names: &["update-contact", "updateContact"],
            summary: "Names the contact of a conversation",
            schema: UpdateContact::schema(),
            sample: json!({ "conversation_id": SAMPLE_ID, "display_name": "Grace Hopper" }),
            status: done,
            route: || post(update_contact),
        },
        Deed {
            names: &["refetch"],
            summary: "Asks the provider again what the contact is called",
            schema: Which::schema(),
            sample: which,
            status: StatusCode::ACCEPTED,
            route: || post(refetch),
        },
    ]
}

/// The procedure under each of its names; those after the first are for older clients.
fn described(deed: Deed) -> impl Iterator<Item = Procedure> {
    let Deed {
        names,
        summary,
        schema,
        sample,
        status,
        route,
    } = deed;
    // In an unknown conversation everything has been read.
    let faults: &[Fault] = match names {
        ["mark-read", ..] => &[],
        _ => &[Fault::Unknown],
    };
    names.iter().enumerate().map(move |(number, name)| {
        let path = format!("/conversations.{name}");
        let sketch = Sketch::tagged("conversations", &path, summary);
        let sketch = if number == 0 {
            sketch
        } else {
            sketch.deprecated("The same under the name that older clients call.")
        };
        Procedure {
            operation: sketch
                .request(schema.clone(), sample.clone())
                .empty_answer(status, "Done.")
                .faults(Fault::PROCEDURE)
                .faults(faults)
                .build(),
            path,
            route: route(),
        }
    })
}

async fn mark_read(
    State(engine): State<Engine>,
    Parsed(request): Parsed<Which>,
) -> Result<Response, ApiError> {
    engine.mark_read(request.conversation_id.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn add_tag(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichTag>,
) -> Result<Response, ApiError> {
    let WhichTag {
        conversation_id,
        tag_id,
    } = request;
    engine.tag_conversation(conversation_id.0, tag_id.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn remove_tag(
    State(engine): State<Engine>,
    Parsed(request): Parsed<WhichTag>,
) -> Result<Response, ApiError> {
    let WhichTag {
        conversation_id,
        tag_id,
    } = request;
    engine
        .untag_conversation(conversation_id.0, tag_id.0)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn set_state(
    State(engine): State<Engine>,
    Parsed(request): Parsed<SetState>,
) -> Result<Response, ApiError> {
    let SetState {
        conversation_id,
        state,
    } = request;
    engine
        .set_conversation_state(conversation_id.0, Some(state.into_string()))
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn remove_state(
    State(engine): State<Engine>,
    Parsed(request): Parsed<Which>,
) -> Result<Response, ApiError> {
    engine
        .set_conversation_state(request.conversation_id.0, None)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn update_contact(
    State(engine): State<Engine>,
    Parsed(request): Parsed<UpdateContact>,
) -> Result<Response, ApiError> {
    let UpdateContact {
        conversation_id,
        display_name,
    } = request;
    engine
        .name_conversation(conversation_id.0, display_name.into_string())
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn refetch(
    State(engine): State<Engine>,
    Parsed(request): Parsed<Which>,
) -> Result<Response, ApiError> {
    engine.refetch_profile(request.conversation_id.0).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

impl From<ChangeConversationError> for ApiError {
    fn from(error: ChangeConversationError) -> Self {
        match error {
            ChangeConversationError::Unknown(id) => {
                Self::new(Code::NotFound, format!("There is no conversation {id}."))
            }
            ChangeConversationError::UnknownTag(id) => {
                Self::new(Code::NotFound, format!("There is no tag {id}.")).with_field("tag_id")
            }
            ChangeConversationError::Storage(error) => error.into(),
        }
    }
}
