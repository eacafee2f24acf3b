//! `POST /contacts.unmerge`.

use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use switchboard_connector::RequestBody;
use switchboard_domain::ContactId;
use switchboard_engine::Engine;
use utoipa::{PartialSchema, ToSchema};

use super::merge::{answer, merged_sample, merged_schema};
use super::{OTHER_ID, SAMPLE_ID};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Which merge to undo.
#[derive(Debug, Deserialize, ToSchema)]
struct UnmergeContacts {
    /// The contact that stayed.
    #[schema(value_type = Uuid)]
    id: Id<ContactId>,
    /// The contact that was merged into it, as its `merge_history` shows it.
    #[schema(value_type = Uuid)]
    source_id: Id<ContactId>,
}

impl RequestBody for UnmergeContacts {
    const REQUIRED: &'static [&'static str] = &["id", "source_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[("sourceId", "source_id")];
}

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.unmerge";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Makes two contacts again of one")
            .describe(
                "The contact that was merged is as it was, with the conversations it brought, and the \
                 other one loses what it got by the merge. What was changed since stays with the other \
                 one, and so do conversations that arrived since. A contact that came along with \
                 another is brought back by undoing that one's merge first.",
            )
            .request(
                UnmergeContacts::schema(),
                json!({ "id": SAMPLE_ID, "source_id": OTHER_ID }),
            )
            .answer(
                "The contact that stayed, and what is still merged into it.",
                merged_schema(),
                merged_sample(),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown, Fault::ContactBack])
            .build(),
        route: post(unmerge),
    }
}

async fn unmerge(
    State(engine): State<Engine>,
    Parsed(request): Parsed<UnmergeContacts>,
) -> Result<Response, ApiError> {
    let UnmergeContacts { id, source_id } = request;
    let merged = engine.unmerge_contacts(id.0, source_id.0).await?;
    Ok(answer(&merged))
}
