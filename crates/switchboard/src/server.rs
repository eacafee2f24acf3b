//! Accepting connections, and letting the last requests finish.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use switchboard_api::Peer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Longest time a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Connections open at a time; more wait to be accepted.
const MAX_CONNECTIONS: usize = 10_000;
/// Longest time requests in flight get to finish: more than a request may take.
const GRACE: Duration = Duration::from_secs(45);
/// Pause after the machine refuses a connection, for want of file handles for example.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Serves `router` until `shutdown`, then stops accepting, finishes the requests in flight and
/// returns.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .pipeline_flush(true);
    let graceful = GracefulShutdown::new();
    let slots = std::sync::Arc::new(tokio::sync::Semaphore::new(MAX_CONNECTIONS));
    loop {
        let slot = tokio::select! {
            slot = std::sync::Arc::clone(&slots).acquire_owned() => slot,
            () = shutdown.cancelled() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok((stream, peer)) => (stream, peer),
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(ACCEPT_AGAIN).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("answers on one connection may be delayed: {error}");
        }
        let service = TowerToHyperService::new(Peer::of(peer).told_to(router.clone()));
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("a connection ended early: {error}");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish within {} s", GRACE.as_secs());
    }
}
