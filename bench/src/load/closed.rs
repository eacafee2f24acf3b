//! A closed loop on each of many connections.
//!
//! A connection sends its next request when the answer to the one before has come. Every answer is
//! checked: status 200 and a body as long as expected.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::bail;
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;

use super::connection::{answer, connect};
use super::{Amount, Tally, Traffic};
use crate::http::{Client, Request};

/// Threads that generate load. One would be the limit of servers that do next to nothing.
const THREADS: usize = 2;

/// What is sent where.
#[derive(Debug)]
pub(crate) struct Target {
    address: SocketAddr,
    request: Request,
    /// Bytes of the body of every answer.
    answer: usize,
    /// The number of the next request: none is sent twice.
    next: AtomicU64,
}

impl Target {
    /// The same list each time.
    pub(crate) fn of_lists(address: SocketAddr) -> anyhow::Result<Arc<Self>> {
        Self::new(address, Request::post(address, "/channels.list", "{}"))
    }

    /// A new website each time.
    pub(crate) fn of_connects(address: SocketAddr) -> anyhow::Result<Arc<Self>> {
        Self::new(address, Request::connect(address, "site-"))
    }

    /// Sends the first request to learn how long its answer is.
    fn new(address: SocketAddr, mut request: Request) -> anyhow::Result<Arc<Self>> {
        let answer = Client::connect(address)?.ask(request.numbered(0))?.len();
        Ok(Arc::new(Self {
            address,
            request,
            answer,
            next: AtomicU64::new(1),
        }))
    }

    /// Requests that were sent so far. As a load with an unanswered one is an error, all of them
    /// were answered.
    pub(crate) fn answered(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }
}

/// Nothing to prepare, and nothing is left to do once it is answered.
impl Traffic for Arc<Target> {
    fn prepare(&self, _amount: Amount) -> anyhow::Result<()> {
        Ok(())
    }

    fn offer(&self, amount: Amount) -> anyhow::Result<Tally> {
        generate(self, amount)
    }

    fn settle(&self) -> anyhow::Result<()> {
        Ok(())
    }
}

/// Sends `amount` of requests. The first answer that is not as it should be is an error.
pub(crate) fn generate(target: &Arc<Target>, amount: Amount) -> anyhow::Result<Tally> {
    let begin = Instant::now();
    let mut tally = Tally::default();
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let target = Arc::clone(target);
            let connections = (amount.connections + thread) / THREADS;
            std::thread::spawn(move || on_this_thread(&target, amount, connections, begin))
        })
        .collect();
    for thread in threads {
        let part = thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        tally.absorb(part);
    }
    Ok(tally.finished(begin.elapsed().min(amount.lasting)))
}

fn on_this_thread(
    target: &Arc<Target>,
    amount: Amount,
    connections: usize,
    begin: Instant,
) -> anyhow::Result<Tally> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut loops = JoinSet::new();
        for _connection in 0..connections {
            loops.spawn(on_one_connection(Arc::clone(target), amount, begin));
        }
        let mut tally = Tally::default();
        while let Some(part) = loops.join_next().await {
            tally.absorb(part??);
        }
        Ok(tally)
    })
}

async fn on_one_connection(
    target: Arc<Target>,
    amount: Amount,
    begin: Instant,
) -> anyhow::Result<Tally> {
    let deadline = begin + amount.lasting;
    let mut stream = connect(target.address).await?;
    let mut request = target.request.clone();
    let mut received = Vec::with_capacity(16 << 10);
    let mut tally = Tally::default();
    let mut sent = Instant::now();
    while sent < deadline {
        let number = target.next.fetch_add(1, Ordering::Relaxed);
        if number >= amount.below {
            break;
        }
        stream.write_all(request.numbered(number)).await?;
        let head = answer(&mut stream, &mut received).await?;
        if head.status != 200 || head.body != target.answer {
            bail!(
                "{} answered request {number} with status {} and {} bytes instead of 200 and {}: {}",
                target.address,
                head.status,
                head.body,
                target.answer,
                String::from_utf8_lossy(&received)
            );
        }
        let answered = Instant::now();
        tally.answered += 1;
        if answered <= deadline {
            tally.note(answered.duration_since(sent));
        }
        sent = answered;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;

    /// Answers every request of one connection after the other with `answer`.
    fn server(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 1024];
                while stream.read(&mut request).is_ok_and(|length| length > 0) {
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        address
    }

    fn target(address: SocketAddr) -> Arc<Target> {
        Arc::new(Target {
            address,
            request: Request::post(address, "/channels.list", "{}"),
            answer: 2,
            next: AtomicU64::new(0),
        })
    }

    const TEN: Amount = Amount {
        connections: 1,
        lasting: Duration::from_mins(1),
        below: 10,
    };

    #[test]
    fn every_answer_is_counted() {
        let address = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");

        let tally = generate(&target(address), TEN).unwrap();

        assert_eq!(tally.answered, 10);
        assert_eq!(tally.latencies.len(), 10);
        assert!(tally.rate() > 0.0);
    }

    #[test]
    fn one_refusal_makes_the_whole_load_invalid() {
        let address = server("HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}");

        let error = generate(&target(address), TEN).unwrap_err();

        assert!(error.to_string().contains("status 503"), "{error}");
    }

    #[test]
    fn a_body_of_another_length_makes_the_whole_load_invalid() {
        let address = server("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{ }");

        let error = generate(&target(address), TEN).unwrap_err();

        assert!(error.to_string().contains("3 bytes"), "{error}");
    }
}
