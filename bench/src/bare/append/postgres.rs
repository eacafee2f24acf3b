//! On one connection, which inserts all that waits with one statement.

use std::sync::atomic::{AtomicU64, Ordering};

use async_channel::Receiver;
use axum::Router;
use tokio_postgres::{Client, NoTls};

use super::{Arrival, Batch, TABLE, front};

pub(in crate::bare) async fn router(url: &str) -> anyhow::Result<Router> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    client
        .batch_execute(&format!(
            "CREATE TABLE {TABLE} (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
             body BYTEA NOT NULL)"
        ))
        .await?;
    let (router, arrivals, commits) = front();
    tokio::spawn(async move {
        if write(&client, &arrivals, &commits).await.is_err() {
            // Requests that wait are answered with 500, which makes the measurement invalid.
            arrivals.close();
        }
    });
    Ok(router)
}

async fn write(
    client: &Client,
    arrivals: &Receiver<Arrival>,
    commits: &AtomicU64,
) -> Result<(), tokio_postgres::Error> {
    let insert = client
        .prepare(&format!(
            "INSERT INTO {TABLE} (body) SELECT body FROM unnest($1::bytea[]) AS waiting (body)"
        ))
        .await?;
    let mut batch = Batch::default();
    while let Ok(first) = arrivals.recv().await {
        batch.fill(first, arrivals);
        let bodies: Vec<&[u8]> = batch.bodies.iter().map(|body| &body[..]).collect();
        client.execute(&insert, &[&bodies]).await?;
        commits.fetch_add(1, Ordering::Relaxed);
        batch.committed();
    }
    Ok(())
}
