//! One request at a time, for everything but load.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::server_timing::server_time;
use super::{Head, Request};

/// Longer than any answer of a server that works.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that is kept for many requests.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, and how long it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) body: &'a [u8],
    /// For the client, from the first byte sent to the last received.
    pub(crate) elapsed: Duration,
    /// For the server, if it says so.
    pub(crate) at_server: Option<Duration>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            received: Vec::new(),
        })
    }

    /// Sends a request and gives the body of its answer, which must have status 200.
    pub(crate) fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.ask_timed(request).map(|answer| answer.body)
    }

    /// The same with the time it took.
    pub(crate) fn ask_timed(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        let begin = Instant::now();
        self.stream.write_all(request)?;
        self.received.clear();
        let head = loop {
            if let Some(head) = Head::read(&self.received)? {
                break head;
            }
            self.receive()?;
        };
        while self.received.len() < head.length + head.body {
            self.receive()?;
        }
        let elapsed = begin.elapsed();
        let (head_bytes, body) = self
            .received
            .split_at_checked(head.length)
            .unwrap_or_default();
        if head.status != 200 {
            bail!(
                "the answer has status {}: {}",
                head.status,
                String::from_utf8_lossy(body)
            );
        }
        Ok(Answer {
            body,
            elapsed,
            at_server: server_time(head_bytes),
        })
    }

    fn receive(&mut self) -> anyhow::Result<()> {
        let mut buffer = [0; 16 << 10];
        let length = self.stream.read(&mut buffer)?;
        if length == 0 {
            bail!("the server closed the connection before its answer ended");
        }
        self.received
            .extend_from_slice(buffer.get(..length).unwrap_or_default());
        Ok(())
    }
}

/// The body of `path`.
pub(crate) fn get(address: SocketAddr, path: &str) -> anyhow::Result<Vec<u8>> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    once(address, request.as_bytes()).with_context(|| format!("GET {path} at {address}"))
}

/// The answer to JSON that is sent to `path`.
pub(crate) fn post(address: SocketAddr, path: &str, body: &str) -> anyhow::Result<Vec<u8>> {
    let mut request = Request::post(address, path, body);
    once(address, request.numbered(0)).with_context(|| format!("POST {path} at {address}"))
}

fn once(address: SocketAddr, request: &[u8]) -> anyhow::Result<Vec<u8>> {
    Ok(Client::connect(address)?.ask(request)?.to_vec())
}
