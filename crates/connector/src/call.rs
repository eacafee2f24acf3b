//! One call to a provider, and its answer.

use std::time::Duration;

use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_domain::Secret;
use url::Url;

use crate::ProviderError;

/// Whether a call may be made again without knowing what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Making it twice is the same as making it once.
    Idempotent,
    /// Only when it provably had no effect.
    OnlyWithoutEffect,
}

/// One call to a provider.
#[derive(Clone)]
pub struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) auth: Auth,
    pub(crate) headers: Vec<(&'static str, Secret)>,
    pub(crate) body: Body,
    pub(crate) repeat: Repeat,
    pub(crate) secrets: Vec<Secret>,
}

#[derive(Clone)]
pub(crate) enum Auth {
    None,
    Bearer(Secret),
    Basic { user: String, password: Secret },
}

#[derive(Clone)]
pub(crate) enum Body {
    None,
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

/// Shows what is called, never with what: query strings and bodies carry tokens.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.url.path())
            .finish_non_exhaustive()
    }
}

impl Call {
    /// A call named `operation` in logs and metrics. `GET` and `DELETE` count as idempotent, `POST`
    /// does not until it says so.
    pub fn new(operation: &'static str, method: Method, url: Url) -> Self {
        let repeat = if method == Method::POST {
            Repeat::OnlyWithoutEffect
        } else {
            Repeat::Idempotent
        };
        Self {
            operation,
            method,
            url,
            auth: Auth::None,
            headers: Vec::new(),
            body: Body::None,
            repeat,
            secrets: Vec::new(),
        }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, key: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(key, value);
        self
    }

    /// Adds a query parameter that may never be shown.
    #[must_use]
    pub fn secret_query(mut self, key: &str, value: &Secret) -> Self {
        self.secrets.push(value.clone());
        self.query(key, value.expose())
    }

    /// Sends `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(mut self, token: &Secret) -> Self {
        self.secrets.push(token.clone());
        self.auth = Auth::Bearer(token.clone());
        self
    }

    /// Sends `Authorization: Basic`.
    #[must_use]
    pub fn basic(mut self, user: &str, password: &Secret) -> Self {
        self.secrets.push(password.clone());
        self.auth = Auth::Basic {
            user: user.into(),
            password: password.clone(),
        };
        self
    }

    /// Sends a header that may never be shown.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: &Secret) -> Self {
        self.secrets.push(value.clone());
        self.headers.push((name, value.clone()));
        self
    }

    /// Sends a JSON body.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Sends a form body, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form(mut self, fields: Vec<(&'static str, String)>) -> Self {
        self.body = Body::Form(fields);
        self
    }

    /// A secret that stands in the body: it will be taken out of error messages.
    #[must_use]
    pub fn hiding(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    /// Making the call twice is the same as making it once.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.repeat = Repeat::Idempotent;
        self
    }
}

/// What a provider answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The raw body, at most 4 MiB.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status is 2xx.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// The body as JSON of a known shape; an answer of another shape is a provider's failure.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|problem| {
            ProviderError::unclear(format!(
                "the provider's answer (HTTP {}) is not what its documentation says: {} at line {} column {}",
                self.status,
                category(&problem),
                problem.line(),
                problem.column()
            ))
        })
    }

    /// `Retry-After` in seconds, if the answer has one.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self
            .headers
            .get(http::header::RETRY_AFTER)?
            .to_str()
            .ok()?
            .parse()
            .ok()?;
        Some(Duration::from_secs(seconds))
    }
}

/// What is wrong, without the text itself: an answer may hold tokens.
fn category(problem: &serde_json::Error) -> &'static str {
    match problem.classify() {
        serde_json::error::Category::Io => "cut off",
        serde_json::error::Category::Syntax => "not JSON",
        serde_json::error::Category::Data => "an unexpected shape",
        serde_json::error::Category::Eof => "incomplete JSON",
    }
}
