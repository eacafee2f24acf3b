//! `GET /media/…`: files, for whoever has an address that the hub has signed.

mod range;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use switchboard_engine::Engine;
use switchboard_engine::media::{FileError, ProxyError, Signed, is_shown_by_browsers};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required};
use uuid::Uuid;

use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};
use range::{Asked, asked};

/// What lies under a key never changes; the address itself ends some day.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=86400, immutable");
/// The next look asks the provider again.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("private, no-store");
/// Should a browser show a file after all, it may do nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// The paths of files.
pub(crate) fn routes() -> [(&'static str, MethodRouter<Engine>); 2] {
    [
        ("/media/{key}", get(file)),
        ("/media/proxy/{message}/{file}", get(proxy)),
    ]
}

/// What an address says besides its path.
#[derive(Debug, Deserialize)]
struct Address {
    expires: Option<i64>,
    signature: String,
}

type Given = Result<Query<Address>, QueryRejection>;

fn signed(given: Given) -> Result<Signed, ApiError> {
    let Ok(Query(Address { expires, signature })) = given else {
        return Err(not_signed());
    };
    Ok(Signed { expires, signature })
}

async fn file(
    State(engine): State<Engine>,
    Path(key): Path<String>,
    given: Given,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = engine.find_file(&key, &signed(given)?).await?;
    let tag = HeaderValue::from_str(&format!("\"{key}\"")).map_err(|_never| not_signed())?;
    let common = [(CACHE_CONTROL, KEPT), (ETAG, tag.clone())];
    if headers.get(IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let size = found.size;
    let (status, range) = match asked(headers.get(RANGE), size) {
        Asked::Everything => (StatusCode::OK, 0..size),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Nothing => {
            let there = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, there).into_response());
        }
    };
    let length = range.end - range.start;
    let mut answer = (status, common, dress(found.content_type)).into_response();
    let fields = answer.headers_mut();
    fields.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    fields.insert(CONTENT_LENGTH, length.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end.saturating_sub(1);
        let told = format!("bytes {}-{last}/{size}", range.start);
        fields.extend(HeaderValue::from_str(&told).map(|told| (CONTENT_RANGE, told)));
    }
    *answer.body_mut() = Body::from_stream(engine.read_file(&key, range).await?);
    Ok(answer)
}

async fn proxy(
    State(engine): State<Engine>,
    Path((message, file)): Path<(String, String)>,
    given: Given,
) -> Result<Response, ApiError> {
    let signed = signed(given)?;
    let (Ok(message), Ok(file)) = (Uuid::parse_str(&message), Uuid::parse_str(&file)) else {
        return Err(not_signed());
    };
    let file = engine.fetch_for_viewer(message, file, &signed).await?;
    let content_type = file
        .content_type
        .as_deref()
        .unwrap_or("application/octet-stream");
    let mut answer = ([(CACHE_CONTROL, NOT_KEPT)], dress(content_type)).into_response();
    if let Some(size) = file.size {
        answer.headers_mut().insert(CONTENT_LENGTH, size.into());
    }
    *answer.body_mut() = Body::from_stream(file.pieces);
    Ok(answer)
}

/// What browsers are told about a file that anybody may have sent.
fn dress(content_type: &str) -> [(HeaderName, HeaderValue); 3] {
    let disposition = if is_shown_by_browsers(content_type) {
        "inline"
    } else {
        "attachment"
    };
    let content_type = HeaderValue::from_str(content_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    [
        (CONTENT_TYPE, content_type),
        (CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (CONTENT_SECURITY_POLICY, SANDBOX),
    ]
}

fn not_signed() -> ApiError {
    ApiError::new(
        Code::Unauthorized,
        "The address of the file is not one that this hub has given, or it has run out; ask for the \
         message again.",
    )
}

fn gone() -> ApiError {
    ApiError::new(Code::NotFound, "The file is gone.")
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        match &error {
            FileError::NotSigned => not_signed(),
            FileError::Gone => gone(),
            FileError::Store(_) => Self::new(
                Code::StorageUnavailable,
                "The media store is unavailable; try again.",
            )
            .caused_by(&error),
        }
    }
}

impl From<ProxyError> for ApiError {
    fn from(error: ProxyError) -> Self {
        match error {
            ProxyError::NotSigned => not_signed(),
            ProxyError::Gone => gone(),
            ProxyError::Provider(error) => {
                let code = if error.class.is_transient() {
                    Code::ProviderUnavailable
                } else {
                    Code::NotFound
                };
                Self::new(
                    code,
                    format!("The provider does not give the file: {error}."),
                )
                .with_retry_after(error.retry_after)
            }
            ProxyError::Storage(error) => error.into(),
        }
    }
}

/// The paths, for the API's description.
pub(crate) fn described() -> [(&'static str, Operation); 2] {
    let text = |name: &str, place, required| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build()
    };
    let operation = |name: &str, summary: &str, places: &[&str]| {
        let mut operation = Sketch::public("media", name, summary)
            .describe("Addresses are given by the hub, in messages and by `media.upload`.")
            .text_answer("*/*", "The file.")
            .faults(&[Fault::Forbidden, Fault::Unknown, Fault::Unavailable])
            .build();
        let parameters = places
            .iter()
            .map(|name| text(name, ParameterIn::Path, Required::True))
            .chain([
                text("expires", ParameterIn::Query, Required::False),
                text("signature", ParameterIn::Query, Required::True),
            ]);
        operation.parameters = Some(parameters.map(RefOr::T).collect());
        operation
    };
    [
        (
            "/media/{key}",
            operation("media.file", "Gives a file out", &["key"]),
        ),
        (
            "/media/proxy/{message}/{file}",
            operation(
                "media.proxy",
                "Fetches a file of a message from its provider",
                &["message", "file"],
            ),
        ),
    ]
}
