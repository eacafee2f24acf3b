//! `POST /contacts.recent-messages`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_api_types::{MessageJson, PageJson, PaginationJson};
use switchboard_connector::request::Text;
use switchboard_connector::{InvalidRequest, RequestBody};
use switchboard_domain::{ContactId, ConversationId, Source};
use switchboard_engine::Engine;
use switchboard_engine::contacts::RecentMessagesQuery;
use utoipa::openapi::schema::{Object, ObjectBuilder};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::{SAMPLE_CONVERSATION, SAMPLE_ID};
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, page_of, reference};
use crate::rpc::field::{FreeText, Id, PageSize};
use crate::rpc::page::{self, Paged};
use crate::rpc::{Procedure, messages};

/// Which messages of a contact to show.
#[derive(Debug, Deserialize, ToSchema)]
struct RecentMessages {
    /// The contact.
    #[schema(value_type = Uuid)]
    contact_id: Id<ContactId>,
    /// Only conversations of these sources; nothing means all.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    include_sources: Vec<Text>,
    /// How many messages of each conversation at most.
    #[serde(default)]
    #[schema(inline)]
    page_size: Option<PageSize>,
    /// For conversations, by their ids: the message its page begins with.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    cursors: BTreeMap<String, Option<FreeText>>,
}

impl RequestBody for RecentMessages {
    const REQUIRED: &'static [&'static str] = &["contact_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("contactId", "contact_id"),
        ("includeSources", "include_sources"),
        ("pageSize", "page_size"),
    ];
}

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.recent-messages";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Shows what a contact wrote last")
            .describe(
                "The messages of each conversation, newest first. A conversation that the contact is \
                 said to hold and that does not exist is `null`.",
            )
            .request(
                RecentMessages::schema(),
                json!({ "contact_id": SAMPLE_ID, "include_sources": ["facebook"] }),
            )
            .answer(
                "A page of messages for each conversation, by its id.",
                schema(),
                json!({ SAMPLE_CONVERSATION: page::sample(&messages::sample()) }),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(recent_messages),
    }
}

fn schema() -> Object {
    ObjectBuilder::new()
        .additional_properties(Some(page_of(reference("Message"))))
        .build()
}

async fn recent_messages(
    State(engine): State<Engine>,
    Paged(request): Paged<RecentMessages>,
) -> Result<Response, ApiError> {
    let RecentMessages {
        contact_id,
        include_sources,
        page_size,
        cursors,
    } = request;
    let cursors: BTreeMap<ConversationId, String> = cursors
        .into_iter()
        .filter_map(|(id, cursor)| Some((id, cursor?.0)))
        .filter(|(_, cursor)| !cursor.trim().is_empty())
        .map(|(id, cursor)| Ok((conversation(&id)?, cursor.trim().to_owned())))
        .collect::<Result<_, InvalidRequest>>()?;
    let found = engine
        .recent_messages(RecentMessagesQuery {
            contact: contact_id.0,
            sources: include_sources
                .into_iter()
                .map(|source| Source::new(source.into_string()))
                .collect(),
            page_size: PageSize::of(page_size),
            cursors: cursors.clone(),
        })
        .await?;
    let links = engine.media_links();
    let answer: BTreeMap<Uuid, Option<PageJson<MessageJson>>> = found
        .iter()
        .map(|(id, page)| {
            let page = page.as_ref().map(|page| PageJson {
                data: page
                    .messages
                    .iter()
                    .map(|message| message.to_bare_json(&links))
                    .collect(),
                pagination_data: PaginationJson {
                    // As in Airy, which shows here where this page began.
                    previous_cursor: cursors.get(id).cloned(),
                    next_cursor: page.next.map(|next| next.to_string()),
                    total: page.total,
                },
            });
            (id.as_uuid(), page)
        })
        .collect();
    Ok(axum::Json(answer).into_response())
}

fn conversation(id: &str) -> Result<ConversationId, InvalidRequest> {
    id.parse().map_err(|_no_id| {
        InvalidRequest::field(
            "cursors",
            "The field cursors is wrong: its keys must be UUIDs of conversations.",
        )
    })
}
