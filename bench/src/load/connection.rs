//! A connection that carries load.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::http::Head;

pub(super) async fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads one answer to its end.
pub(super) async fn answer(stream: &mut TcpStream, received: &mut Vec<u8>) -> anyhow::Result<Head> {
    received.clear();
    let mut head = None;
    loop {
        if stream.read_buf(received).await? == 0 {
            bail!("the server closed a connection before its answer ended");
        }
        if head.is_none() {
            head = Head::read(received)?;
        }
        if let Some(head) = head
            && received.len() >= head.length + head.body
        {
            return Ok(head);
        }
    }
}
