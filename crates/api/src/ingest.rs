//! The door: where providers call.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::Method;
use http::header::CONTENT_TYPE;
use switchboard_connector::{Connector, RawWebhook, Unverified};
use switchboard_engine::Engine;
use switchboard_engine::ingest::{ReceiveError, Received};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tower::Service;
use utoipa::openapi::path::{HttpMethod, PathItem};

use crate::body::{self, Watch};
use crate::error::{ApiError, Code};
use crate::openapi::{Fault, Sketch};

/// Largest call of a provider that is read: WhatsApp's calls may have 3 MB.
const LIMIT: usize = 4 * 1024 * 1024;

/// How long a body may take. Providers give up sooner.
const PACE: Pace = Pace {
    between_parts: Duration::from_secs(5),
    whole: Duration::from_secs(20),
};

/// Bytes of bodies that are being read or wait to be stored, at most; more wait unread.
const AT_A_TIME: usize = 64 * 1024 * 1024;

/// What [`AT_A_TIME`] is counted in.
const PIECE: usize = 1024;

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Longest time between two parts.
    between_parts: Duration,
    /// Longest time for all of it.
    whole: Duration,
}

/// Keeps what is being taken in within bounds.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    room: Arc<Semaphore>,
    pace: Pace,
}

impl Default for Door {
    fn default() -> Self {
        Self::with_room_for(AT_A_TIME, PACE)
    }
}

impl Door {
    fn with_room_for(bytes: usize, pace: Pace) -> Self {
        Self {
            room: Arc::new(Semaphore::new(bytes / PIECE)),
            pace,
        }
    }

    /// Begins to take a body in, which has no room yet: what somebody announces takes none, what has
    /// arrived does.
    fn open(&self) -> Guest {
        Guest {
            door: self.clone(),
            room: None,
            bytes: 0,
            until: Instant::now() + self.pace.whole,
        }
    }
}

/// A body that is being taken in. Its room is free again when this is dropped.
#[derive(Debug)]
struct Guest {
    door: Door,
    room: Option<OwnedSemaphorePermit>,
    /// How much of it has arrived.
    bytes: usize,
    until: Instant,
}

impl Guest {
    /// Waits until there is room for what has arrived, before more of it is read.
    async fn makes_room_for(&mut self, arrived: usize) -> Result<(), ApiError> {
        let pieces = |bytes: usize| bytes.min(LIMIT).div_ceil(PIECE);
        let had = pieces(self.bytes);
        self.bytes = self.bytes.saturating_add(arrived);
        let missing = u32::try_from(pieces(self.bytes) - had).unwrap_or(u32::MAX);
        let more = match Arc::clone(&self.door.room).try_acquire_many_owned(missing) {
            Ok(more) => more,
            Err(_full) => {
                let more = Arc::clone(&self.door.room).acquire_many_owned(missing);
                Box::pin(timeout_at(self.until, more))
                    .await
                    .map_err(|_elapsed| crowded())?
                    .map_err(|_closed| crowded())?
            }
        };
        match &mut self.room {
            Some(room) => room.merge(more),
            None => self.room = Some(more),
        }
        Ok(())
    }
}

impl Watch for Guest {
    async fn next(&mut self, body: &mut Body) -> Result<Option<Bytes>, ApiError> {
        // What came with the head is there, and needs no clock: what waits with one is large, and kept apart.
        let part = if let Some(part) = body::next_part(body).now_or_never() {
            part?
        } else {
            let pause = Instant::now() + self.door.pace.between_parts;
            Box::pin(timeout_at(self.until.min(pause), body::next_part(body)))
                .await
                .map_err(|_elapsed| too_slow())??
        };
        if let Some(part) = &part {
            self.makes_room_for(part.len()).await?;
        }
        Ok(part)
    }
}

fn too_slow() -> ApiError {
    let (between, whole) = (PACE.between_parts.as_secs(), PACE.whole.as_secs());
    ApiError::new(
        Code::BodyTooSlow,
        format!(
            "The body did not arrive in time: it may pause for {between} s and take {whole} s in all."
        ),
    )
}

fn crowded() -> ApiError {
    ApiError::new(
        Code::RequestTimeout,
        "The hub is taking in as many calls as it has room for; deliver it again.",
    )
}

/// Where a provider calls. It stands right behind its gate: what the framework does for an endpoint's arguments
/// costs as much as verifying a call.
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

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http::HeaderMap;

    use super::*;

    const NO_TIME: Pace = Pace {
        between_parts: Duration::ZERO,
        whole: Duration::ZERO,
    };

    #[tokio::test]
    async fn room_is_taken_for_what_has_arrived_and_given_back() {
        let door = Door::with_room_for(3 * PIECE, NO_TIME);
        let mut first = door.open();
        first.makes_room_for(1).await.unwrap();
        first.makes_room_for(PIECE).await.unwrap();
        assert_eq!(door.room.available_permits(), 1);

        let mut second = door.open();
        second.makes_room_for(PIECE).await.unwrap();
        let refused = second.makes_room_for(1).await.unwrap_err();
        drop(first);
        let mut third = door.open();
        third.makes_room_for(2 * PIECE).await.unwrap();

        assert_eq!(refused.code(), Code::RequestTimeout);
        drop((second, third));
        assert_eq!(door.room.available_permits(), 3);
    }

    #[tokio::test]
    async fn a_body_that_pauses_or_takes_too_long_is_given_up() {
        let patient = Duration::from_hours(1);
        for (between_parts, whole) in [(Duration::ZERO, patient), (patient, Duration::ZERO)] {
            let pace = Pace {
                between_parts,
                whole,
            };
            let silence = stream::pending::<Result<Bytes, Infallible>>();
            let body = Body::from_stream(silence);

            let mut guest = Door::with_room_for(AT_A_TIME, pace).open();
            let read = body::read_watched(&HeaderMap::new(), body, LIMIT, &mut guest).await;

            assert_eq!(read.unwrap_err().code(), Code::BodyTooSlow);
        }
    }
}
