//! Where providers call.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::Method;
use http::header::CONTENT_TYPE;
use switchboard_connector::{Connector, RawWebhook, Unverified};
use switchboard_engine::Engine;
use switchboard_engine::ingest::{ReceiveError, Received};
use tower::Service;
use utoipa::openapi::path::{HttpMethod, PathItem};

use crate::body;
use crate::door::{Door, LIMIT};
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};

/// Where a provider calls. It stands right behind its gate, without what the framework does for the arguments of
/// other endpoints: here calls come by the ten thousand.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) engine: Engine,
    pub(crate) door: Door,
    pub(crate) path: &'static str,
}

impl Service<Request> for Webhook {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let webhook = self.clone();
        Box::pin(async move {
            let answer = webhook.answer(request).await;
            Ok(answer.unwrap_or_else(IntoResponse::into_response))
        })
    }
}

impl Webhook {
    async fn answer(self, request: Request) -> Result<Response, ApiError> {
        let Self { engine, door, path } = self;
        let (head, body) = request.into_parts();
        let mut guest = door.open();
        // Whatever a GET says is in its query.
        let body = if head.method == Method::GET {
            Vec::new()
        } else {
            let body = body::read_watched(&head.headers, body, LIMIT, &mut guest).await?;
            body.into()
        };
        let call = RawWebhook {
            method: head.method,
            path: path.to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
        };
        let received = engine.receive(call).await?;
        drop(guest);
        match received {
            Received::Handshake { content_type, body } => {
                Ok(([(CONTENT_TYPE, content_type)], body).into_response())
            }
            Received::Stored(reply) => Ok(match reply.content_type {
                Some(content_type) => ([(CONTENT_TYPE, content_type)], reply.body).into_response(),
                None => ().into_response(),
            }),
        }
    }
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::HandshakeRefused => Self::new(
                Code::Unauthorized,
                "The call does not prove that it comes from the provider: its verify token or \
                 signature does not fit what is configured for the source.",
            ),
            ReceiveError::Unverified(unverified) => refused(&unverified),
            ReceiveError::NoSuchPath(path) => {
                Self::new(Code::NotFound, format!("No provider calls {path}."))
            }
            ReceiveError::Storage(error) => error.into(),
        }
    }
}

fn refused(unverified: &Unverified) -> ApiError {
    ApiError::new(
        Code::Unauthorized,
        format!(
            "The call does not prove that it comes from the provider, so nothing was stored: \
             {unverified}."
        ),
    )
}

/// The paths, for the API's description.
pub(crate) fn described(connectors: &[&'static dyn Connector]) -> Vec<(&'static str, PathItem)> {
    let mut paths: Vec<_> = connectors
        .iter()
        .flat_map(|connector| connector.webhook_paths())
        .copied()
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let name = |verb: &str| format!("webhook{}.{verb}", path.replace('/', "."));
            let shake = Sketch::public(
                "webhooks",
                &name("handshake"),
                "Proves that the address is ours",
            )
            .text_answer("text/plain", "What the provider wants to hear.")
            .faults(&[Fault::Forbidden, Fault::Unavailable])
            .build();
            let receive = Sketch::public("webhooks", &name("receive"), "Takes a provider's call")
                .text_answer(
                    "text/plain",
                    "The call is stored; what the provider wants to hear, often nothing.",
                )
                .faults(&[
                    Fault::Forbidden,
                    Fault::BodyTooLarge,
                    Fault::BodyTooSlow,
                    Fault::Unavailable,
                ])
                .build();
            let mut item = PathItem::new(HttpMethod::Get, shake);
            item.merge_operations(PathItem::new(HttpMethod::Post, receive));
            (path, item)
        })
        .collect()
}
