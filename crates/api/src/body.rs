//! Bodies of requests: read within bounds, parsed once.

use std::collections::BTreeMap;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, EXPECT};
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body_util::BodyExt as _;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use switchboard_connector::{RequestBody, request};
use switchboard_domain::RawJson;

use crate::error::{ApiError, Code};

/// Largest body of a procedure's request: thousands of times what any of them needs.
const LIMIT: usize = MIB;
/// So much of a body that is too large is read all the same: most callers send all of it before they
/// listen, and would never see the answer.
const DRAINED: usize = 16 * MIB;
const MIB: usize = 1024 * 1024;

/// A body that is JSON; a missing or empty one is `{}`.
#[derive(Debug)]
pub(crate) struct Json(pub(crate) Value);

/// A body that is understood.
#[derive(Debug)]
pub(crate) struct Parsed<T>(pub(crate) T);

/// A body that is understood, with the fields of any JSON as they were written: numbers keep their
/// digits, and fields their order.
#[derive(Debug)]
pub(crate) struct Verbatim<T>(pub(crate) T, pub(crate) Written);

/// The fields of a body as they were written.
#[derive(Debug, Default)]
pub(crate) struct Written(BTreeMap<String, Box<RawValue>>);

impl Written {
    /// A field; `None` if it is not there.
    pub(crate) fn field(&self, name: &str) -> Option<&RawValue> {
        self.0.get(name).map(|value| &**value)
    }

    /// A field that was required; `null` if it is not there after all.
    pub(crate) fn json(&self, name: &str) -> RawJson {
        RawJson::from_checked(self.field(name).map_or("null", RawValue::get))
    }
}

impl<S: Sync, T: RequestBody> FromRequest<S> for Verbatim<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let body = read_json(request, LIMIT).await?;
        let Json(parsed) = Json::of(&body)?;
        let written = serde_json::from_slice(&body)
            .map(Written)
            .unwrap_or_default();
        Ok(Self(request::parse(parsed)?, written))
    }
}

impl<S: Sync> FromRequest<S> for Json {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        Self::within(request, LIMIT).await
    }
}

impl Json {
    /// Reads a body of up to `limit` bytes.
    pub(crate) async fn within(request: Request, limit: usize) -> Result<Self, ApiError> {
        Self::of(&read_json(request, limit).await?)
    }

    fn of(body: &[u8]) -> Result<Self, ApiError> {
        if body.trim_ascii().is_empty() {
            return Ok(Self(Value::Object(Map::new())));
        }
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|error| malformed(&error))
    }
}

impl<S: Sync, T: RequestBody> FromRequest<S> for Parsed<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(request::parse(body)?))
    }
}

/// Reads a body of up to `limit` bytes that is said to be JSON, or is empty.
pub(crate) async fn read_json(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let media = Media::of(request.headers());
    if media == Media::Other {
        return Err(unsupported_media_type());
    }
    let body = read(request, limit).await?;
    if media == Media::Unnamed && !body.trim_ascii().is_empty() {
        return Err(unsupported_media_type());
    }
    Ok(body)
}

/// Reads a body of up to `limit` bytes.
pub(crate) async fn read(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let (head, body) = request.into_parts();
    read_watched(&head.headers, body, limit, &mut Unwatched).await
}

/// Fetches the next part of a body, and may have conditions.
pub(crate) trait Watch: Send {
    /// The next part; `None` at the end.
    fn next(
        &mut self,
        body: &mut Body,
    ) -> impl Future<Output = Result<Option<Bytes>, ApiError>> + Send;
}

/// Takes what comes, when it comes.
struct Unwatched;

impl Watch for Unwatched {
    async fn next(&mut self, body: &mut Body) -> Result<Option<Bytes>, ApiError> {
        next_part(body).await
    }
}

/// The next part of a body; `None` at its end.
pub(crate) async fn next_part(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| incomplete().caused_by(&error))?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Reads a body of up to `limit` bytes, part by part as `watch` fetches them.
pub(crate) async fn read_watched(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    watch: &mut impl Watch,
) -> Result<Bytes, ApiError> {
    let waits_for_us = headers.contains_key(EXPECT);
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if waits_for_us && announced > limit {
        return Err(too_large(limit));
    }
    let mut whole = Gathered::default();
    let mut length = 0_usize;
    while let Some(data) = watch.next(&mut body).await? {
        length = length.saturating_add(data.len());
        if length <= limit {
            whole.push(data);
        } else if length > DRAINED {
            break;
        }
    }
    if length > limit {
        return Err(too_large(limit));
    }
    Ok(whole.into_bytes())
}

/// The parts of a body. Nearly every body comes in one, which is not copied.
#[derive(Default)]
struct Gathered {
    first: Bytes,
    all: BytesMut,
}

impl Gathered {
    fn push(&mut self, data: Bytes) {
        if self.first.is_empty() {
            self.first = data;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&data);
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}

/// What a request says its body is.
///
/// Insisting on JSON also keeps web pages out that no browser has asked us about: a page of another
/// origin may send forms and plain text without a preflight, but not this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Media {
    Json,
    Unnamed,
    Other,
}

impl Media {
    fn of(headers: &HeaderMap) -> Self {
        let Some(named) = headers.get(CONTENT_TYPE) else {
            return Self::Unnamed;
        };
        let named = named.to_str().unwrap_or("?");
        let essence = named.split(';').next().unwrap_or_default().trim();
        let subtype = match essence.split_at_checked("application/".len()) {
            Some((kind, subtype)) if kind.eq_ignore_ascii_case("application/") => subtype,
            _ => return Self::Other,
        };
        // RFC 6839, section 3.1: what ends in +json can be read as JSON.
        let suffix = subtype
            .rsplit_once('+')
            .map_or(subtype, |(_, suffix)| suffix);
        if suffix.eq_ignore_ascii_case("json") {
            Self::Json
        } else {
            Self::Other
        }
    }
}

fn unsupported_media_type() -> ApiError {
    ApiError::new(
        Code::UnsupportedMediaType,
        "The body must be JSON; send it with `Content-Type: application/json`.",
    )
}

fn too_large(limit: usize) -> ApiError {
    let limit = limit / MIB;
    ApiError::new(
        Code::BodyTooLarge,
        format!("The body is larger than {limit} MiB, which is the limit."),
    )
}

fn incomplete() -> ApiError {
    ApiError::new(
        Code::IncompleteBody,
        "The body ended before it was complete; send it again.",
    )
}

/// Says where, and never quotes: the body may hold a token.
pub(crate) fn malformed(error: &serde_json::Error) -> ApiError {
    let (line, column) = (error.line(), error.column());
    let problem = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Syntax | Category::Data | Category::Io => "it cannot be read",
    };
    ApiError::new(
        Code::MalformedJson,
        format!("The body is not JSON: {problem} at line {line}, column {column}."),
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn media(named: &str) -> Media {
        let named = HeaderValue::from_bytes(named.as_bytes()).unwrap();
        Media::of(&HeaderMap::from_iter([(CONTENT_TYPE, named)]))
    }

    #[test]
    fn json_is_known_under_all_its_names() {
        for named in [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=ISO-8859-1",
            "Application/JSON",
            "application/vnd.api+json",
            "application/problem+json; q=1",
        ] {
            assert_eq!(media(named), Media::Json, "{named}");
        }
        assert_eq!(Media::of(&HeaderMap::new()), Media::Unnamed);
    }

    #[test]
    fn nothing_else_is_taken_for_json() {
        for named in [
            "",
            "text/plain",
            "text/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=json",
            "application/jsonp",
            "application/json+xml",
            "json",
            "application/jsön",
        ] {
            assert_eq!(media(named), Media::Other, "{named}");
        }
    }

    #[test]
    fn a_body_in_parts_is_put_together() {
        let mut whole = Gathered::default();
        for part in ["", "{", "", "\"a\"", ":1}"] {
            whole.push(Bytes::from_static(part.as_bytes()));
        }
        assert_eq!(whole.into_bytes(), "{\"a\":1}");
        assert_eq!(Gathered::default().into_bytes(), "");
    }
}
