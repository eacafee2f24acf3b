//! `POST /users.list`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_api_types::UserJson;
use switchboard_connector::RequestBody;
use switchboard_domain::User;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, page_of, reference};
use crate::rpc::Procedure;
use crate::rpc::field::{FreeText, PageSize};
use crate::rpc::page::{self, Paged};

/// Which users to list.
#[derive(Debug, Deserialize, ToSchema)]
struct ListUsers {
    /// The id of the user this page begins with.
    #[serde(default)]
    #[schema(inline)]
    cursor: Option<FreeText>,
    /// How many at most.
    #[serde(default)]
    #[schema(inline)]
    page_size: Option<PageSize>,
}

impl RequestBody for ListUsers {
    const REQUIRED: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("pageSize", "page_size")];
}

pub(super) fn procedure() -> Procedure {
    let path = "/users.list";
    let sample = json!({
        "id": "github:12345",
        "name": "Barbara Liskov",
        "avatar_url": null,
        "first_seen_at": "2020-10-25T21:24:54.560Z",
        "last_seen_at": "2020-10-26T08:00:00.000Z"
    });
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("users", path, "Lists users")
            .describe(
                "Those who have called the hub as somebody, by their ids. Who they are is told by \
                 the identity provider; callers that show the hub's own token are nobody.",
            )
            .request(ListUsers::schema(), json!({ "page_size": 20 }))
            .answer(
                "The users.",
                page_of(reference("User")),
                page::sample(&sample),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(list),
    }
}

async fn list(
    State(engine): State<Engine>,
    Paged(request): Paged<ListUsers>,
) -> Result<Response, ApiError> {
    let ListUsers { cursor, page_size } = request;
    let page = engine.list_users(page::query(cursor, page_size)).await?;
    Ok(page::answer::<User, UserJson<'_>>(&page))
}
