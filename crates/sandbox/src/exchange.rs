//! A call as a simulator sees it, and its answer.

use axum::body::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::Value;
use url::form_urlencoded;

/// A call as a simulator sees it: decoded as little as possible, since how a hub encodes things is
/// what is checked.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    uri: Uri,
    headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        Self {
            method: head.method,
            uri: head.uri,
            headers: head.headers,
            body,
        }
    }

    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The parts of the path between slashes, decoded.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path();
        path.strip_prefix('/')
            .unwrap_or(path)
            .split('/')
            .map(decoded)
            .collect()
    }

    /// The parameters of the query, decoded as forms are: `+` is a space.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        pairs(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// The parameters of the body, if it is a form.
    pub(crate) fn form(&self) -> Option<Vec<(String, String)>> {
        (self.media_type() == "application/x-www-form-urlencoded").then(|| pairs(&self.body))
    }

    /// The body, if it is JSON and says so.
    pub(crate) fn json(&self) -> Option<Value> {
        (self.media_type() == "application/json")
            .then(|| serde_json::from_slice(&self.body).ok())
            .flatten()
    }

    /// The media type of the body, without parameters, in lower case.
    pub(crate) fn media_type(&self) -> String {
        let text = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What follows `Authorization: <scheme> `.
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&str> {
        let (given, rest) = self.header("authorization")?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Decodes `%xx`; a `+` in a path is a plus.
fn decoded(part: &str) -> String {
    let part = part.replace('+', "%2B");
    form_urlencoded::parse(part.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

/// The answer of a simulator.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn text(status: StatusCode, media_type: &'static str, body: String) -> Self {
        Self {
            status,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static(media_type))],
            body: body.into_bytes(),
        }
    }

    /// A file.
    pub(crate) fn file(media_type: &'static str, bytes: &[u8]) -> Self {
        Self {
            body: bytes.to_vec(),
            ..Self::text(StatusCode::OK, media_type, String::new())
        }
    }

    /// What a provider's front door answers when the house behind it is on fire.
    pub(crate) fn page_for_people(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let page = format!("<html><body><h1>{status}</h1></body></html>");
        Self::text(status, "text/html", page)
    }

    /// HTTP 200 with half an object.
    pub(crate) fn garbled() -> Self {
        Self::text(
            StatusCode::OK,
            "application/json; charset=utf-8",
            "{\"data\": [{\"id\": \"10".to_owned(),
        )
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}
