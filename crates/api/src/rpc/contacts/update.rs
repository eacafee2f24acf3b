//! `POST /contacts.update`.

use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use serde_json::{Value, json};
use switchboard_connector::request;
use switchboard_engine::Engine;
use utoipa::PartialSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat, Type};

use super::fields::{self, ContactFields};
use super::{SAMPLE_ID, WhichContact, sample_changes};
use crate::body::Json;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.update";
    let mut example = sample_changes();
    if let Value::Object(fields) = &mut example {
        fields.insert("id".to_owned(), json!(SAMPLE_ID));
    }
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Changes a contact")
            .describe(
                "What is left out stays as it is, and `\"\"` takes a field away. `via`, `address`, \
                 `conversations` and `metadata` are changed key by key; in `metadata`, `null` takes a \
                 key away.",
            )
            .request(schema(), example)
            .empty_answer(StatusCode::ACCEPTED, "The contact is changed.")
            .faults(Fault::PROCEDURE)
            .faults(&[Fault::Unknown])
            .build(),
        route: post(update),
    }
}

/// The fields of a contact, and its id.
fn schema() -> Object {
    let mut schema = match ContactFields::schema() {
        RefOr::T(Schema::Object(fields)) => fields,
        _ => Object::new(),
    };
    let id = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .description(Some("The contact."));
    schema.properties.insert("id".to_owned(), id.into());
    schema.required.push("id".to_owned());
    schema
}

async fn update(State(engine): State<Engine>, Json(body): Json) -> Result<StatusCode, ApiError> {
    let WhichContact { id } = request::parse(body.clone())?;
    let changes = fields::read(body)?;
    engine.update_contact(id.0, changes).await?;
    Ok(StatusCode::ACCEPTED)
}
