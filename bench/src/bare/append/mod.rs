//! Keeps the bytes of every webhook and says so once they are durable: nothing is verified or read.

mod postgres;
mod sqlite;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_channel::{Receiver, Sender};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::sync::oneshot;

pub(super) use self::postgres::router as on_postgres;
pub(super) use self::sqlite::router as on_sqlite;

/// The table has that and a number.
const TABLE: &str = "envelopes";

/// Webhooks that wait for whoever writes.
const WAITING: usize = 4096;

/// A webhook whose sender waits.
struct Arrival {
    body: Bytes,
    committed: oneshot::Sender<()>,
}

/// What one commit takes.
#[derive(Default)]
struct Batch {
    bodies: Vec<Bytes>,
    senders: Vec<oneshot::Sender<()>>,
}

impl Batch {
    /// The first and whatever waits behind it, up to the limit.
    fn fill(&mut self, first: Arrival, arrivals: &Receiver<Arrival>) {
        let mut next = Some(first);
        while let Some(Arrival { body, committed }) = next {
            self.bodies.push(body);
            self.senders.push(committed);
            next = if self.bodies.len() < super::BATCH {
                arrivals.try_recv().ok()
            } else {
                None
            };
        }
    }

    /// Tells everybody, who may have gone away, and begins anew.
    fn committed(&mut self) {
        self.bodies.clear();
        for sender in self.senders.drain(..) {
            sender.send(()).ok();
        }
    }
}

/// The routes, the queue's end for whoever writes, and what counts commits.
fn front() -> (Router, Receiver<Arrival>, Arc<AtomicU64>) {
    let (queue, arrivals) = async_channel::bounded(WAITING);
    let commits = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&commits);
    let router = Router::new()
        .route("/whatsapp", post(keep))
        .with_state(queue)
        .route(
            "/commits",
            get(async move || counted.load(Ordering::Relaxed).to_string()),
        );
    (router, arrivals, commits)
}

async fn keep(State(queue): State<Sender<Arrival>>, body: Bytes) -> Result<StatusCode, StatusCode> {
    let (committed, committing) = oneshot::channel();
    queue
        .send(Arrival { body, committed })
        .await
        .map_err(|_closed| StatusCode::INTERNAL_SERVER_ERROR)?;
    committing
        .await
        .map_err(|_failed| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::OK)
}
