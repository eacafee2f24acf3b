//! `switchboard serve`: the hub.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::ConfigFile;
use crate::config::{Config, StoreUrl};
use crate::wire::{Hub, World};
use crate::{logging, shutdown};

pub(super) fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.read()?;
    logging::start();
    let runtime = runtime()?;
    runtime.block_on(async {
        let shutdown = shutdown::on_signal()?;
        let listener = listen(config.listen, "set server.listen").await?;
        let metrics = switchboard_api::install_metrics()?;
        let hub = Hub::assemble(&config, World::real(), metrics)?;
        announce(&config, listener.local_addr()?);
        hub.run(listener, shutdown).await
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")
}

/// Binds before anything else is touched, so that a hub whose port is taken changes nothing.
/// `elsewhere` is how to choose another address.
pub(super) async fn listen(address: SocketAddr, elsewhere: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; stop what uses that port, or {elsewhere}")
    })
}

fn announce(config: &Config, address: SocketAddr) {
    let store = match &config.store {
        StoreUrl::Sqlite(path) => path.display().to_string(),
        StoreUrl::Postgres(_) => "PostgreSQL".to_owned(),
    };
    tracing::info!(
        "switchboard {} serves on http://{address}, stores in {store}",
        env!("CARGO_PKG_VERSION")
    );
    if config.system_token.is_none() {
        tracing::warn!(
            "anybody who reaches {address} may use the API; set security.system_token to change that"
        );
    }
    if config.public_url.is_none() {
        tracing::info!(
            "server.public_url is not set: providers that need a webhook address cannot be connected yet"
        );
    }
}
