//! `POST /contacts.import`.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use switchboard_api_types::ContactJson;
use switchboard_connector::InvalidRequest;
use switchboard_engine::Engine;
use switchboard_engine::contacts::ContactChanges;
use utoipa::PartialSchema;
use utoipa::openapi::schema::{ArrayBuilder, Schema};

use super::fields::{self, ContactFields};
use super::{sample, sample_changes};
use crate::body::Json;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, data_of, reference};
use crate::rpc::Procedure;

/// Largest body that is read: so many contacts with much known of each.
const LIMIT: usize = 16 * 1024 * 1024;

/// Most contacts of one call.
const MOST: usize = 10_000;

#[derive(Serialize)]
struct ListJson<'a> {
    data: Vec<ContactJson<'a>>,
}

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.import";
    let contacts = ArrayBuilder::new()
        .items(ContactFields::schema())
        .max_items(Some(MOST))
        .build();
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Makes many contacts")
            .describe("All of them or, if anything is wrong with one, none.")
            .request(Schema::Array(contacts), json!([sample_changes()]))
            .created(
                "The contacts, in the order of the request.",
                data_of(reference("Contact")),
                json!({ "data": [sample()] }),
            )
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(import),
    }
}

async fn import(State(engine): State<Engine>, request: Request) -> Result<Response, ApiError> {
    let Json(body) = Json::within(request, LIMIT).await?;
    let made = engine.create_contacts(&read(body)?).await?;
    let data = made.iter().map(ContactJson::from).collect();
    Ok((StatusCode::CREATED, axum::Json(ListJson { data })).into_response())
}

fn read(body: Value) -> Result<Vec<ContactChanges>, InvalidRequest> {
    let Value::Array(contacts) = body else {
        return Err(InvalidRequest::body(
            "The body must be a JSON array of contacts, like [{\"display_name\": \"Ada\"}].",
        ));
    };
    if contacts.len() > MOST {
        return Err(InvalidRequest::body(
            "One call takes at most 10,000 contacts; send them in several calls.",
        ));
    }
    contacts
        .into_iter()
        .enumerate()
        .map(|(index, contact)| fields::read(contact).map_err(|error| in_element(index, &error)))
        .collect()
}

fn in_element(index: usize, error: &InvalidRequest) -> InvalidRequest {
    let field = match &error.field {
        Some(field) => format!("[{index}].{field}"),
        None => format!("[{index}]"),
    };
    InvalidRequest::field(
        field,
        format!("In the contact [{index}]: {}", error.problem),
    )
}
