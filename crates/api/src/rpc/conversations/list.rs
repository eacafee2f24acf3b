//! `POST /conversations.list`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_api_types::{PageJson, PaginationJson};
use switchboard_connector::RequestBody;
use switchboard_engine::Engine;
use switchboard_engine::conversations::{ListConversations, ListConversationsError};
use utoipa::{PartialSchema, ToSchema};

use super::{CAMEL_CASE, sample};
use crate::body::Parsed;
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch, page_of, reference};
use crate::rpc::Procedure;
use crate::rpc::field::{FreeText, PageSize};

/// Which conversations to list; nothing set means all.
#[derive(Debug, Deserialize, ToSchema)]
struct ListRequest {
    /// A query in Lucene's syntax over `id`, `channel_id`, `source`, `tag_ids`, `display_name`,
    /// `created_at`, `unread_count`, `last_message_at`, `metadata.<key>` and `text`.
    #[serde(default)]
    #[schema(inline)]
    filters: Option<FreeText>,
    /// What the page before gave as `next_cursor`, or how many conversations to leave out.
    #[serde(default)]
    #[schema(inline)]
    cursor: Option<FreeText>,
    /// How many at most.
    #[serde(default)]
    #[schema(inline)]
    page_size: Option<PageSize>,
}

impl RequestBody for ListRequest {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] = CAMEL_CASE;
}

pub(super) fn procedure() -> Procedure {
    let path = "/conversations.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("conversations", path, "Lists conversations")
            .describe(
                "Newest message first. A page begins after the last conversation of the one before \
                 it: what arrives meanwhile neither repeats nor hides others. `total` is exact \
                 without a filter, for one tag, and for any of these joined by `AND`: channels, \
                 sources, one word of `metadata.state` or none of it, and `unread_count:[1 TO *]`. \
                 For other filters no more than 1,000 are counted, so there a `total` of 1,000 means \
                 that many or more.",
            )
            .request(
                ListRequest::schema(),
                json!({ "filters": "unread_count:[1 TO *]", "page_size": 2 }),
            )
            .answer(
                "The conversations.",
                page_of(reference("Conversation")),
                json!({
                    "data": [sample()],
                    "pagination_data": { "previous_cursor": "0", "next_cursor": null, "total": 1 }
                }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Parsed(request): Parsed<ListRequest>,
) -> Result<Response, ApiError> {
    let ListRequest {
        filters,
        cursor,
        page_size,
    } = request;
    let page = engine
        .list_conversations(ListConversations {
            filters: filters.map(|filters| filters.0),
            cursor: cursor.map(|cursor| cursor.0),
            page_size: PageSize::of(page_size),
        })
        .await?;
    let links = engine.media_links();
    Ok(Json(PageJson {
        data: page
            .conversations
            .iter()
            .map(|conversation| conversation.to_json(&links))
            .collect(),
        pagination_data: PaginationJson {
            previous_cursor: Some(page.cursor),
            next_cursor: page.next_cursor,
            total: page.total,
        },
    })
    .into_response())
}

impl From<ListConversationsError> for ApiError {
    fn from(error: ListConversationsError) -> Self {
        match error {
            ListConversationsError::Filter(error) => {
                Self::new(Code::InvalidRequest, format!("{error}.")).with_field("filters")
            }
            ListConversationsError::Cursor => Self::new(
                Code::InvalidRequest,
                "The field cursor is wrong: it is neither a number nor a cursor that \
                 conversations.list gave.",
            )
            .with_field("cursor"),
            ListConversationsError::Storage(error) => error.into(),
        }
    }
}
