//! `POST /contacts.create`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use switchboard_api_types::ContactJson;
use switchboard_engine::Engine;
use utoipa::PartialSchema;

use super::fields::{self, ContactFields};
use super::{sample, sample_changes};
use crate::body::Json;
use crate::error::ApiError;
use crate::openapi::{Fault, Sketch, reference};
use crate::rpc::Procedure;

pub(super) fn procedure() -> Procedure {
    let path = "/contacts.create";
    Procedure {
        path: path.to_owned(),
        operation: Sketch::tagged("contacts", path, "Makes a contact")
            .describe("Nothing need be known of it.")
            .request(ContactFields::schema(), sample_changes())
            .created("The contact.", reference("Contact"), sample())
            .faults(Fault::PROCEDURE)
            .build(),
        route: post(create),
    }
}

async fn create(State(engine): State<Engine>, Json(body): Json) -> Result<Response, ApiError> {
    let known = fields::read(body)?;
    let made = engine.create_contacts(&[known]).await?;
    let contact = made.first().map(ContactJson::from);
    Ok((StatusCode::CREATED, axum::Json(contact)).into_response())
}
