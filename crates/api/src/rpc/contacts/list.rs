//! `POST /contacts.list`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_api_types::ContactJson;
use switchboard_connector::RequestBody;
use switchboard_domain::Contact;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::sample;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, page_of, reference};
use crate::rpc::Procedure;
use crate::rpc::field::{FreeText, PageSize};
use crate::rpc::page::{self, Paged};

/// Which contacts to list.
#[derive(Debug, Deserialize, ToSchema)]
struct ListContacts {
    /// The id of the contact this page begins with.
    #[serde(default)]
    #[schema(inline)]
    cursor: Option<FreeText>,
    /// How many at most.
    #[serde(default)]
    #[schema(inline)]
    page_size: Option<PageSize>,
}

impl RequestBody for ListContacts {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("pageSize", "page_size")];
}

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.list";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Lists contacts")
            .describe("By name, character by character, those without a name last.")
            .request(ListContacts::schema(), json!({ "page_size": 20 }))
            .answer(
                "The contacts.",
                page_of(reference("Contact")),
                page::sample(&sample()),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Paged(request): Paged<ListContacts>,
) -> Result<Response, ApiError> {
    let ListContacts { cursor, page_size } = request;
    let page = engine.list_contacts(page::query(cursor, page_size)).await?;
    Ok(page::answer::<Contact, ContactJson<'_>>(&page))
}
