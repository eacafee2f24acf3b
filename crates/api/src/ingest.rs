//! The door: where providers call.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use switchboard_connector::{Connector, RawWebhook, Unverified};
use switchboard_engine::Engine;
use switchboard_engine::ingest::{ReceiveError, Received};
use tokio::sync::Semaphore;
use utoipa::openapi::path::{HttpMethod, PathItem};

use crate::body;
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};

/// Largest call of a provider that is read: WhatsApp's calls may have 3 MB.
const LIMIT: usize = 4 * 1024 * 1024;

/// Bytes of bodies that are being read or wait to be stored, at most; more wait unread.
const AT_A_TIME: usize = 64 * 1024 * 1024;

/// What [`AT_A_TIME`] is counted in.
const PIECE: usize = 1024;

/// Keeps what is being taken in within bounds.
#[derive(Clone, Debug)]
pub(crate) struct Door(Arc<Semaphore>);

impl Default for Door {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME / PIECE)))
    }
}

impl Door {
    /// Waits until there is room for a body of the announced length.
    async fn open(&self, headers: &HeaderMap) -> Option<tokio::sync::SemaphorePermit<'_>> {
        let announced = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
            .unwrap_or(LIMIT);
        let pieces = u32::try_from(announced.min(LIMIT) / PIECE + 1).unwrap_or(u32::MAX);
        self.0.acquire_many(pieces).await.ok()
    }
}

/// Answers a provider's call on `path`.
pub(crate) async fn answer(
    engine: Engine,
    door: Door,
    path: &'static str,
    request: Request,
) -> Result<Response, ApiError> {
    let method = request.method().clone();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let headers = request.headers().clone();
    let room = door.open(&headers).await;
    let body = body::read(request, LIMIT).await?;
    let call = RawWebhook {
        method,
        path: path.to_owned(),
        query,
        headers,
        body: body.into(),
    };
    let received = engine.receive(call).await?;
    drop(room);
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
                .faults(&[Fault::Forbidden, Fault::BodyTooLarge, Fault::Unavailable])
                .build();
            let mut item = PathItem::new(HttpMethod::Get, shake);
            item.merge_operations(PathItem::new(HttpMethod::Post, receive));
            (path, item)
        })
        .collect()
}
