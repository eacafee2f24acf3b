//! Every procedure: `POST /<noun>.<verb>`, one file each.

pub(crate) mod channels;

use axum::routing::MethodRouter;
use switchboard_engine::Engine;
use utoipa::openapi::path::Operation;

/// A procedure: where it is called, what the description says of it, and how it is answered.
pub(crate) struct Procedure {
    pub(crate) path: String,
    pub(crate) operation: Operation,
    pub(crate) route: MethodRouter<Engine>,
}
