//! The one layer around every endpoint.
//!
//! What each request needs, in one place and one pass: an id, admission, the browser's permission, a
//! time limit, a net for panics, counting, timing and a line in the log.

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue};
use switchboard_domain::Chance;
use tower::{Layer, Service};

use crate::Origin;
use crate::access_log::{self, Voice};
use crate::auth::{Guard, ShowsHubToken};
use crate::cors::{self, Cors};
use crate::error::{ApiError, Code};
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::traffic::{Flight, Traffic};

/// Longest time to hand a file in, over a slow line too.
const UPLOAD_TIME: Duration = Duration::from_mins(10);

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever the hub's guard lets in.
    Guarded,
    /// Everybody.
    Public,
    /// Everybody, from pages of any origin: visitors of web sites that the hub does not know.
    Visitors,
    /// Whoever the hub's guard lets in, and visitors from pages of any origin. Files take their time.
    Uploads,
}

/// What all gates of a hub have in common.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) guard: Guard,
    pub(crate) allowed_origins: Vec<Origin>,
    pub(crate) request_timeout: Duration,
    pub(crate) chance: Arc<dyn Chance>,
}

/// Puts a gate around an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct GateLayer {
    pub(crate) house: Arc<House>,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) access: Access,
    pub(crate) voice: Voice,
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate {
            layer: self.clone(),
            inner,
        }
    }
}

/// An endpoint behind its gate.
#[derive(Clone, Debug)]
pub(crate) struct Gate<S> {
    layer: GateLayer,
    inner: S,
}

impl<S> Service<Request> for Gate<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if self.layer.vouches_for(&request) {
            request.extensions_mut().insert(ShowsHubToken);
        }
        let visit = Visit::begin(&self.layer, &request);
        if let Some(answer) = self.layer.turn_away(&visit.cors, &request) {
            return Box::pin(async move { Ok(visit.end(answer)) });
        }
        let limit = match self.layer.access {
            Access::Uploads => self.layer.house.request_timeout.max(UPLOAD_TIME),
            Access::Guarded | Access::Public | Access::Visitors => self.layer.house.request_timeout,
        };
        let answering = self.inner.call(request);
        Box::pin(async move {
            let answer = tokio::time::timeout(limit, unharmed(answering))
                .await
                .unwrap_or_else(|_elapsed| took_too_long(limit));
            Ok(visit.end(answer))
        })
    }
}

impl GateLayer {
    /// Whether the endpoint, which lets others in too, is told that one of the hub's own users calls.
    fn vouches_for(&self, request: &Request) -> bool {
        let house = &self.house;
        let headers = request.headers();
        match self.access {
            Access::Visitors => house.guard.knows(headers),
            Access::Uploads if house.guard.knows(headers) => true,
            // Without a token, a page of any origin could send a form unasked.
            Access::Uploads => {
                house.guard.admit(request.uri(), headers).is_ok()
                    && cors::is_of_our_pages(&house.allowed_origins, headers)
            }
            Access::Guarded | Access::Public => false,
        }
    }

    /// The answer to a request that does not reach its endpoint.
    fn turn_away(&self, cors: &Cors, request: &Request) -> Option<Response> {
        match cors {
            Cors::Preflight(_) => return Some(Response::default()),
            Cors::Forbidden => return Some(origin_not_allowed()),
            Cors::Silent | Cors::Allowed(_) => {}
        }
        if self.access != Access::Guarded {
            return None;
        }
        let admitted = self.house.guard.admit(request.uri(), request.headers());
        admitted.err().map(ApiError::into_response)
    }
}

/// What is remembered of a request until it is answered.
struct Visit {
    id: RequestId,
    flight: Flight,
    cors: Cors,
    voice: Voice,
    /// Whether the answer says how long it took: to the hub's own users it does.
    is_timed: bool,
}

impl Visit {
    fn begin(layer: &GateLayer, request: &Request) -> Self {
        let house = &layer.house;
        Self {
            id: RequestId::of(request.headers(), &*house.chance),
            flight: Flight::take_off(&layer.traffic, request.method()),
            cors: match layer.access {
                Access::Visitors | Access::Uploads => {
                    Cors::of_visitors(&house.allowed_origins, request.method(), request.headers())
                }
                Access::Guarded | Access::Public => {
                    Cors::of(&house.allowed_origins, request.method(), request.headers())
                }
            },
            voice: layer.voice,
            is_timed: layer.access == Access::Guarded,
        }
    }

    fn end(mut self, mut answer: Response) -> Response {
        let error = answer.extensions_mut().remove::<ApiError>();
        if let Some(error) = &error {
            answer = error.answer(&self.id);
        }
        let took = self.flight.land(answer.status());
        access_log::write(&access_log::Line {
            method: self.flight.method(),
            endpoint: self.flight.endpoint(),
            status: answer.status(),
            took,
            request_id: self.id.as_str(),
            error: error.as_ref(),
            voice: self.voice,
        });
        let headers = answer.headers_mut();
        headers.entry(CACHE_CONTROL).or_insert(NO_STORE);
        headers.insert(X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
        headers.insert(X_REQUEST_ID, self.id.into_header());
        if self.is_timed {
            headers.insert(SERVER_TIMING, timing(took));
        }
        match self.cors {
            Cors::Preflight(permission) => permission.grant(headers),
            Cors::Allowed(page) => page.sees(headers),
            Cors::Silent | Cors::Forbidden => {}
        }
        answer
    }
}

/// Browsers show it beside the request (w3.org/TR/server-timing, read 2026-11-22).
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// How long an answer took until it was ready to be sent, in milliseconds.
#[expect(
    clippy::expect_used,
    reason = "the sentence proves that it cannot fail"
)]
fn timing(took: Duration) -> HeaderValue {
    let milliseconds = took.as_secs_f64() * 1000.0;
    HeaderValue::from_str(&format!("total;dur={milliseconds:.3}"))
        .expect("letters, digits and a dot fit in a header")
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Waits for an endpoint; one that panics fails alone, and says so.
async fn unharmed<F>(answering: F) -> Response
where
    F: Future<Output = Result<Response, Infallible>>,
{
    let mut answering = pin!(answering);
    poll_fn(move |cx| {
        // What was thrown is not looked into: a panic may quote the request. The process's panic
        // hook has told where it happened.
        let polled = catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(cx)));
        match polled {
            Ok(poll) => poll.map(|answer| match answer {
                Ok(answer) => answer,
                Err(never) => match never {},
            }),
            Err(_thrown) => {
                Poll::Ready(ApiError::internal("the request's handler panicked").into_response())
            }
        }
    })
    .await
}

fn took_too_long(limit: Duration) -> Response {
    let seconds = limit.as_secs();
    ApiError::new(
        Code::RequestTimeout,
        format!(
            "The request was not done within {seconds} s. What it began may still come to its \
             end; look at channels.info before trying again."
        ),
    )
    .into_response()
}

fn origin_not_allowed() -> Response {
    ApiError::new(
        Code::OriginNotAllowed,
        "Pages of this origin may not call the hub from a browser; add the origin to \
         security.allowed_origins.",
    )
    .into_response()
}
