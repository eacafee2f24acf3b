//! Google behind HTTP: `/token`, and the base of Business Messages under `/v1/`.

use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Google;
use super::assertion::{TokenError, verify};
use super::compose::MEDIA_PREFIX;
use crate::desk::Desk;
use crate::exchange::{Reply, Request};
use crate::media::{self, Sample};
use crate::server::{Refusal, Simulator};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long an access token lives, in seconds.
const LIFETIME: i64 = 3599;

impl Simulator for Google {
    fn desk(&self) -> &Desk {
        &self.desk
    }

    fn operation(&self, request: &Request) -> &'static str {
        match request.path() {
            "/token" if request.method == Method::POST => "issue_token",
            path if path.starts_with(MEDIA_PREFIX) => "download_media",
            path if path.starts_with("/v1/") => "business_messages",
            _ => "unknown",
        }
    }

    async fn answer(&self, request: &Request) -> Reply {
        match self.operation(request) {
            "issue_token" => match self.issue_token(request) {
                Ok(answer) => Reply::ok(&answer),
                Err(error) => token_refused(StatusCode::BAD_REQUEST, &error),
            },
            "download_media" => self.file(request),
            "business_messages" => self.business_messages(request),
            _ => api_refused(StatusCode::NOT_FOUND, "NOT_FOUND", "Method not found."),
        }
    }

    fn refusal(&self, request: &Request, refusal: Refusal) -> Reply {
        if self.operation(request) == "issue_token" {
            refuse_token(refusal)
        } else {
            refuse_call(refusal)
        }
    }
}

impl Google {
    fn issue_token(&self, request: &Request) -> Result<Value, TokenError> {
        let missing = |name: &str| {
            TokenError::new(
                "invalid_request",
                format!("Required parameter is missing: {name}"),
            )
        };
        let form = request.form().unwrap_or_default();
        let parameter = |name: &str| {
            let found = form.iter().find(|(other, _)| other == name);
            found.map(|(_, value)| value.as_str())
        };
        let grant = parameter("grant_type").ok_or_else(|| missing("grant_type"))?;
        if grant != GRANT {
            return Err(TokenError::new(
                "unsupported_grant_type",
                format!("Invalid grant_type: {grant}"),
            ));
        }
        let assertion = parameter("assertion").ok_or_else(|| missing("assertion"))?;
        let now = self.inner.now.seconds();
        let mut state = self.inner.state.lock();
        verify(
            &state.world.service_account,
            &self.token_uri(),
            assertion,
            now,
        )?;
        state.issued += 1;
        let sum = Sha256::digest(state.issued.to_be_bytes());
        let token = format!("ya29.c.{}", hex::encode(sum));
        state.tokens.insert(token.clone(), now + LIFETIME);
        Ok(json!({"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}))
    }

    /// A picture, as long as its link works.
    fn file(&self, request: &Request) -> Reply {
        let path = request.path();
        let sample = path.rsplit('/').next().and_then(Sample::named);
        match sample {
            Some(sample)
                if request.method == Method::GET
                    && media::is_open(path, &request.query(), self.inner.now.millis()) =>
            {
                Reply::file(sample.media_type, sample.bytes)
            }
            _ => Reply::page_for_people(403),
        }
    }

    /// Every conversation was closed on 2024-07-31: whoever may ask learns that there is none.
    fn business_messages(&self, request: &Request) -> Reply {
        let alive = request
            .authorization("Bearer")
            .is_some_and(|token| self.token_is_alive(token));
        if !alive {
            return refuse_call(Refusal::ExpiredToken);
        }
        api_refused(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "Requested entity was not found.",
        )
    }

    /// People and what they have said, for a person at a terminal.
    pub(crate) fn people(&self) -> Vec<Value> {
        self.inner.state.lock().phones.snapshot()
    }

    /// The service account and its agents for a person at a terminal.
    pub(crate) fn snapshot(&self) -> Value {
        let state = self.inner.state.lock();
        json!({
            "service_account": state.world.service_account.client_email,
            "enabled": state.world.service_account.enabled,
            "agents": state.world.agents,
            "tokens_issued": state.issued,
        })
    }
}

fn token_refused(status: StatusCode, error: &TokenError) -> Reply {
    Reply::json(
        status,
        &json!({"error": error.error, "error_description": error.description}),
    )
}

fn api_refused(status: StatusCode, name: &str, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({"error": {"code": status.as_u16(), "message": message, "status": name}}),
    )
}

fn refuse_token(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::ExpiredToken => token_refused(
            StatusCode::BAD_REQUEST,
            &TokenError::grant("Invalid JWT Signature."),
        ),
        Refusal::MissingPermission => token_refused(
            StatusCode::UNAUTHORIZED,
            &TokenError::new(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not \
                 authorized for any of the scopes requested.",
            ),
        ),
        Refusal::RateLimited => token_refused(
            StatusCode::TOO_MANY_REQUESTS,
            &TokenError::new("rate_limit_exceeded", "Rate limit exceeded."),
        )
        .with_header(header::RETRY_AFTER, "1"),
        Refusal::Outage => token_refused(
            StatusCode::SERVICE_UNAVAILABLE,
            &TokenError::new("temporarily_unavailable", "Please try again."),
        ),
    }
}

fn refuse_call(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::ExpiredToken => api_refused(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login \
             cookie or other valid authentication credential.",
        ),
        Refusal::MissingPermission => api_refused(
            StatusCode::FORBIDDEN,
            "PERMISSION_DENIED",
            "The caller does not have permission",
        ),
        Refusal::RateLimited => api_refused(
            StatusCode::TOO_MANY_REQUESTS,
            "RESOURCE_EXHAUSTED",
            "Resource has been exhausted (e.g. check quota).",
        )
        .with_header(header::RETRY_AFTER, "1"),
        Refusal::Outage => api_refused(
            StatusCode::SERVICE_UNAVAILABLE,
            "UNAVAILABLE",
            "The service is currently unavailable.",
        ),
    }
}
