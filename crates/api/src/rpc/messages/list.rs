//! `POST /messages.list`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_api_types::{PageJson, PaginationJson};
use switchboard_connector::RequestBody;
use switchboard_domain::ConversationId;
use switchboard_engine::Engine;
use switchboard_engine::page::PageQuery;
use utoipa::{PartialSchema, ToSchema};

use super::{CAMEL_CASE, sample};
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, page_of, reference};
use crate::rpc::Procedure;
use crate::rpc::field::{FreeText, Id, PageSize};
use crate::rpc::page::{self, Paged};

/// Which messages to list.
#[derive(Debug, Deserialize, ToSchema)]
struct ListRequest {
    /// The conversation.
    #[schema(value_type = Uuid)]
    conversation_id: Id<ConversationId>,
    /// What the page before gave as `next_cursor`: the message this page begins with.
    #[serde(default)]
    #[schema(inline)]
    cursor: Option<FreeText>,
    /// How many at most.
    #[serde(default)]
    #[schema(inline)]
    page_size: Option<PageSize>,
}

impl RequestBody for ListRequest {
    const REQUIRED: &'static [&'static str] = &["conversation_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

pub(super) fn procedure() -> Procedure {
    let path = "/messages.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("messages", path, "Lists the messages of a conversation")
            .describe("Newest first.")
            .request(
                ListRequest::schema(),
                json!({ "conversation_id": "0bfbe07d-bc7a-5c55-a066-fb9d22870f0c" }),
            )
            .answer(
                "The messages.",
                page_of(reference("Message")),
                json!({
                    "data": [sample()],
                    "pagination_data": { "previous_cursor": null, "next_cursor": null, "total": 1 }
                }),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Paged(request): Paged<ListRequest>,
) -> Result<Response, ApiError> {
    let ListRequest {
        conversation_id,
        cursor,
        page_size,
    } = request;
    let PageQuery { cursor, size } = page::query(cursor, page_size);
    let page = engine
        .list_messages(conversation_id.0, cursor.clone(), size)
        .await?;
    let links = engine.media_links();
    Ok(Json(PageJson {
        data: page
            .messages
            .iter()
            .map(|message| message.to_json(&links))
            .collect(),
        pagination_data: PaginationJson {
            previous_cursor: cursor,
            next_cursor: page.next.map(|next| next.to_string()),
            total: page.total,
        },
    })
    .into_response())
}
