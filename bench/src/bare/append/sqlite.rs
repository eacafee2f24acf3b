//! On one thread with one connection, which commits what waits.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use async_channel::Receiver;
use axum::Router;
use rusqlite::Connection;

use super::{Arrival, Batch, TABLE, front};

pub(in crate::bare) fn router(database: &Path) -> anyhow::Result<Router> {
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -4096)?;
    connection.execute_batch(&format!(
        "CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY, body BLOB NOT NULL)"
    ))?;
    let (router, arrivals, commits) = front();
    std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            if write(&connection, &arrivals, &commits).is_err() {
                // Requests that wait are answered with 500, which makes the measurement invalid.
                arrivals.close();
            }
        })?;
    Ok(router)
}

fn write(
    connection: &Connection,
    arrivals: &Receiver<Arrival>,
    commits: &AtomicU64,
) -> rusqlite::Result<()> {
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut insert = connection.prepare(&format!("INSERT INTO {TABLE} (body) VALUES (?1)"))?;
    let mut commit = connection.prepare("COMMIT")?;
    let mut batch = Batch::default();
    while let Ok(first) = arrivals.recv_blocking() {
        batch.fill(first, arrivals);
        begin.execute([])?;
        for body in &batch.bodies {
            insert.execute([&body[..]])?;
        }
        commit.execute([])?;
        commits.fetch_add(1, Ordering::Relaxed);
        batch.committed();
    }
    Ok(())
}
