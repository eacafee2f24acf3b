//! Inserts into SQLite, on one thread that commits what waits.
//!
//! The tables, their indexes and their durability are the hub's: the file was made by one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_channel::{Receiver, Sender};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::list::json;
use super::row::{EVENT, Row, SOURCE};

const CHANNEL: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, upstream,
                          facts, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?3, NULL, TRUE, NULL, '{}', ?4, ?4)";

const APPEND: &str = "
    INSERT INTO events (kind, subject, payload, occurred_at)
    VALUES (?1, ?2, ?3, ?4)";

const ADVANCE: &str = "
    UPDATE revisions
    SET revision = revision + 1
    WHERE noun = 'channels'";

/// Rows that wait for the thread that writes.
const WAITING: usize = 4096;

struct Arrival {
    row: Row,
    committed: oneshot::Sender<()>,
}

pub(super) fn router(database: &Path, batch: usize) -> anyhow::Result<Router> {
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -4096)?;
    let (queue, arrivals) = async_channel::bounded(WAITING);
    let commits = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&commits);
    std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            if write(&connection, &arrivals, batch, &counted).is_err() {
                // Requests that wait are answered with 500, which makes the measurement invalid.
                arrivals.close();
            }
        })?;
    Ok(Router::new()
        .route("/channels.chatplugin.connect", post(connect))
        .with_state(queue)
        .route(
            "/commits",
            get(async move || commits.load(Ordering::Relaxed).to_string()),
        ))
}

async fn connect(
    State(queue): State<Sender<Arrival>>,
    request: Bytes,
) -> Result<Response, StatusCode> {
    let row = Row::of(&request).map_err(|_malformed| StatusCode::BAD_REQUEST)?;
    let answer = row.json.clone();
    let (committed, committing) = oneshot::channel();
    queue
        .send(Arrival { row, committed })
        .await
        .map_err(|_closed| StatusCode::INTERNAL_SERVER_ERROR)?;
    committing
        .await
        .map_err(|_failed| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(json(Body::from(answer)))
}

fn write(
    connection: &Connection,
    arrivals: &Receiver<Arrival>,
    batch: usize,
    commits: &AtomicU64,
) -> rusqlite::Result<()> {
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut channel = connection.prepare(CHANNEL)?;
    let mut append = connection.prepare(APPEND)?;
    let mut advance = connection.prepare(ADVANCE)?;
    let mut commit = connection.prepare("COMMIT")?;
    let mut waiting = Vec::with_capacity(batch);
    while let Ok(first) = arrivals.recv_blocking() {
        begin.execute([])?;
        let mut next = Some(first);
        while let Some(Arrival { row, committed }) = next {
            let id = row.id.as_uuid();
            channel.execute(params![id.as_bytes(), SOURCE, row.name, row.now])?;
            append.execute(params![EVENT, id.as_bytes(), row.json, row.now])?;
            waiting.push(committed);
            next = if waiting.len() < batch {
                arrivals.try_recv().ok()
            } else {
                None
            };
        }
        // The hub does so for each request; a batch needs it once.
        advance.execute([])?;
        commit.execute([])?;
        commits.fetch_add(1, Ordering::Relaxed);
        for committed in waiting.drain(..) {
            // Whoever asked may have gone away.
            committed.send(()).ok();
        }
    }
    Ok(())
}
