//! `POST /contacts.merge`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_api_types::{ContactJson, MergedContactJson};
use switchboard_connector::RequestBody;
use switchboard_domain::ContactId;
use switchboard_engine::Engine;
use switchboard_engine::contacts::Merged;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Object, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{OTHER_ID, SAMPLE_ID, sample};
use crate::body::Parsed;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;
use crate::rpc::field::Id;

/// Which contacts to merge.
#[derive(Debug, Deserialize, ToSchema)]
struct MergeContacts {
    /// The contact that goes.
    #[schema(value_type = Uuid)]
    source_id: Id<ContactId>,
    /// The contact that stays.
    #[schema(value_type = Uuid)]
    destination_id: Id<ContactId>,
}

impl RequestBody for MergeContacts {
    const REQUIRED: &'static [&'static str] = &["source_id", "destination_id"];
    const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("sourceId", "source_id"),
        ("destinationId", "destination_id"),
    ];
}

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.merge";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Makes one contact of two")
            .describe(
                "The destination gets the source's conversations and whatever it lacks; what it has \
                 stays. The source is deleted and remembered: `contacts.unmerge` brings it back.",
            )
            .request(
                MergeContacts::schema(),
                json!({ "source_id": OTHER_ID, "destination_id": SAMPLE_ID }),
            )
            .answer(
                "The destination, and everything that was merged into it.",
                merged_schema(),
                merged_sample(),
            )
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(merge),
    }
}

async fn merge(
    State(engine): State<Engine>,
    Parsed(request): Parsed<MergeContacts>,
) -> Result<Response, ApiError> {
    let MergeContacts {
        source_id,
        destination_id,
    } = request;
    let merged = engine.merge_contacts(source_id.0, destination_id.0).await?;
    Ok(answer(&merged))
}

/// A contact with its history.
pub(super) fn answer(merged: &Merged) -> Response {
    axum::Json(MergedContactJson {
        contact: ContactJson::from(&merged.contact),
        merge_history: merged.history.iter().map(ContactJson::from).collect(),
    })
    .into_response()
}

pub(super) fn merged_schema() -> Object {
    let mut schema = match ContactJson::schema() {
        RefOr::T(Schema::Object(fields)) => fields,
        _ => Object::new(),
    };
    let history = ArrayBuilder::new()
        .items(reference("Contact"))
        .description(Some("Every contact that was merged into it, as it was."));
    schema
        .properties
        .insert("merge_history".to_owned(), history.into());
    schema.required.push("merge_history".to_owned());
    schema
}

pub(super) fn merged_sample() -> Value {
    let mut source = sample();
    let mut merged = sample();
    if let Some(id) = source.get_mut("id") {
        *id = json!(OTHER_ID);
    }
    if let Value::Object(fields) = &mut merged {
        fields.insert("merge_history".to_owned(), json!([source]));
    }
    merged
}
