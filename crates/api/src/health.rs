//! `GET /health`: whether the hub can serve and store.

use std::time::Duration;

use axum::extract::State;
use serde_json::{Value, json};
use switchboard_engine::Engine;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};

/// Longest wait for the store: whoever asks wants an answer before it gives up itself.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) async fn health(State(engine): State<Engine>) -> Result<axum::Json<Value>, ApiError> {
    match tokio::time::timeout(PATIENCE, engine.check_health()).await {
        Ok(Ok(())) => Ok(axum::Json(json!({ "status": "ok" }))),
        Ok(Err(error)) => Err(cannot_store().caused_by(&error)),
        Err(_elapsed) => Err(cannot_store()),
    }
}

fn cannot_store() -> ApiError {
    ApiError::new(
        Code::StorageUnavailable,
        "The hub runs, but its database does not keep what is written.",
    )
    .with_retry_after(Some(Duration::from_secs(1)))
}

pub(crate) fn operation() -> Operation {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let schema = ObjectBuilder::new()
        .property("status", text)
        .required("status");
    Sketch::public("hub", "health", "Tells whether the hub can serve and store")
        .answer("It can.", schema.build(), json!({ "status": "ok" }))
        .faults(&[Fault::Unavailable])
        .build()
}
