//! The same bytes to every request.

use std::path::Path;

use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use axum::routing::post;

pub(super) fn router(body: &Path) -> anyhow::Result<Router> {
    let list = Bytes::from(
        std::fs::read(body).with_context(|| format!("cannot read {}", body.display()))?,
    );
    Ok(Router::new().route(
        "/channels.list",
        post(|_request: Bytes| async move { json(Body::from(list.clone())) }),
    ))
}

pub(super) fn json(body: Body) -> Response {
    let mut answer = Response::new(body);
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
