//! `GET /docs/`: the API's description for people, all of it out of the binary.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use utoipa_swagger_ui::Config;

use crate::error::{ApiError, Code};

/// The page loads nothing from elsewhere and is shown in no other page. It styles itself inline and
/// draws its icons from `data:` addresses.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// How the page is set up. Addresses are relative, so that it works behind a proxy's prefix too.
pub(crate) fn config() -> Arc<Config<'static>> {
    // Without "none" the page would show the description to a validator on the internet.
    Arc::new(Config::from("../openapi.json").validator_url("none"))
}

/// `GET /docs`.
pub(crate) fn to_the_page() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, "docs/")]).into_response()
}

/// A file of the page; `""` is the page itself.
pub(crate) fn file(config: Arc<Config<'static>>, name: &str) -> Result<Response, ApiError> {
    let file = utoipa_swagger_ui::serve(name, config)
        .map_err(|error| ApiError::internal(error.to_string()))?
        .ok_or_else(|| {
            ApiError::new(
                Code::NotFound,
                "The API's page has no such file; it is at /docs/.",
            )
        })?;
    let mut answer = file.bytes.into_owned().into_response();
    let headers = answer.headers_mut();
    let content_type = HeaderValue::from_str(&file.content_type)
        .map_err(|error| ApiError::internal(error.to_string()))?;
    headers.insert(CONTENT_TYPE, content_type);
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    Ok(answer)
}
