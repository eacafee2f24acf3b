//! Inserts into PostgreSQL: one statement a request, on one of 16 connections, committed by itself.

use async_channel::{Receiver, Sender};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use tokio_postgres::{Client, NoTls, Statement};

use super::list::json;
use super::row::{Row, SOURCE};

const CONNECTIONS: usize = 16;

/// The channel alone: no event and no revision, which the hub writes too.
const CHANNEL: &str = "
    INSERT INTO channels (id, source, source_channel_id, name, image_url, connected, upstream,
                          facts, created_at, updated_at)
    VALUES ($1, $2, $3, $3, NULL, TRUE, NULL, '{}', $4, $4)";

/// A connection, with the statement it has prepared.
struct Inserter {
    client: Client,
    channel: Statement,
}

#[derive(Clone)]
struct Pool {
    idle: Receiver<Inserter>,
    back: Sender<Inserter>,
}

pub(super) async fn router(url: &str) -> anyhow::Result<Router> {
    let (back, idle) = async_channel::bounded(CONNECTIONS);
    for _connection in 0..CONNECTIONS {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let channel = client.prepare(CHANNEL).await?;
        back.send(Inserter { client, channel }).await?;
    }
    Ok(Router::new()
        .route("/channels.chatplugin.connect", post(connect))
        .with_state(Pool { idle, back }))
}

async fn connect(State(pool): State<Pool>, request: Bytes) -> Result<Response, StatusCode> {
    let row = Row::of(&request).map_err(|_malformed| StatusCode::BAD_REQUEST)?;
    let inserter = pool
        .idle
        .recv()
        .await
        .map_err(|_closed| StatusCode::INTERNAL_SERVER_ERROR)?;
    let inserted = inserter
        .client
        .execute(
            &inserter.channel,
            &[&row.id.as_uuid(), &SOURCE, &row.name, &row.now],
        )
        .await;
    pool.back
        .send(inserter)
        .await
        .map_err(|_closed| StatusCode::INTERNAL_SERVER_ERROR)?;
    inserted.map_err(|_refused| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(json(Body::from(row.json)))
}
