//! The servers that the hub is compared with: the least that can be done for the same answers.
//!
//! They are the same framework, the same databases and the same durability, and nothing else: no
//! checks, no middleware, no metrics, no log.

mod append;
mod list;
mod postgres;
mod row;
mod sqlite;

use std::io::Write as _;

use anyhow::Context as _;
use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::args::Bare;

/// Units that the hub commits together, and so does the bare server.
const BATCH: usize = 256;

/// Serves until it is killed. Says on standard output where.
pub(crate) fn serve(server: Bare) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let router = match server {
            Bare::List { body } => list::router(&body)?,
            Bare::GroupCommit { database } => sqlite::router(&database, BATCH)?,
            Bare::CommitEach { database } => sqlite::router(&database, 1)?,
            Bare::PostgresInsert { url } => postgres::router(&url).await?,
            Bare::AppendSqlite { database } => append::on_sqlite(&database)?,
            Bare::AppendPostgres { url } => append::on_postgres(&url).await?,
        };
        on_loopback(router).await
    })
}

async fn on_loopback(router: Router) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        // Without it answers are delayed, and the comparison would flatter the hub.
        drop(stream.set_nodelay(true));
    });
    axum::serve(listener, router)
        .await
        .context("the bare server ended")
}
