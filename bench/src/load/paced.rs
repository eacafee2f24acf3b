//! An open loop: webhooks that are due at fixed times, whether or not the server keeps up.
//!
//! Whichever of the connections is free takes the next one. When all are busy, it is sent late, and
//! its delay counts from when it was due. Bodies are signed before the clock starts, so that load
//! costs little of the processors that it shares with the server.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;

use super::connection::{answer, connect};
use super::tally::micros;
use super::{Amount, Schedule, Tally, Traffic};
use crate::webhook::{Signed, Webhook};

/// Waits until a server has nothing left to do for as many webhooks as it has acknowledged so far.
pub(crate) type Settle<'a> = Box<dyn Fn(u64) -> anyhow::Result<()> + 'a>;

/// Where webhooks go.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    pub(crate) address: SocketAddr,
    pub(crate) webhook: Webhook,
}

/// Webhooks at a fixed rate; none is sent twice.
pub(crate) struct Paced<'a> {
    aim: Aim,
    /// How many are due in a second.
    rate: Cell<u64>,
    settle: Settle<'a>,
    /// The number of the next webhook.
    next: Cell<u64>,
    prepared: RefCell<Option<Prepared>>,
    refused: RefCell<Vec<u64>>,
}

impl std::fmt::Debug for Paced<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paced")
            .field("aim", &self.aim)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}

/// What the next turn sends.
#[derive(Clone, Debug)]
struct Prepared {
    schedule: Schedule,
    signed: Arc<Signed>,
}

impl<'a> Paced<'a> {
    pub(crate) fn new(aim: Aim, rate: u64, settle: Settle<'a>) -> Self {
        Self {
            aim,
            rate: Cell::new(rate),
            settle,
            next: Cell::new(0),
            prepared: RefCell::new(None),
            refused: RefCell::new(Vec::new()),
        }
    }

    /// Changes the rate of the turns to come.
    pub(crate) fn pace(&self, rate: u64) {
        self.rate.set(rate);
    }

    /// How many were sent; all of them were answered, since one without an answer is an error.
    pub(crate) const fn sent(&self) -> u64 {
        self.next.get()
    }

    /// How many were answered with the word that the server is overloaded.
    pub(crate) fn refused(&self) -> u64 {
        u64::try_from(self.refused.borrow().len()).unwrap_or(u64::MAX)
    }

    /// The numbers of those that were answered with success.
    pub(crate) fn acknowledged(&self) -> Vec<u64> {
        let refused: HashSet<u64> = self.refused.borrow().iter().copied().collect();
        (0..self.sent())
            .filter(|number| !refused.contains(number))
            .collect()
    }
}

impl Traffic for Paced<'_> {
    fn prepare(&self, amount: Amount) -> anyhow::Result<()> {
        let first = self.next.get();
        let schedule =
            Schedule::of(self.rate.get(), amount.lasting).up_to(amount.below.saturating_sub(first));
        let signed = self.aim.webhook.signed(first, schedule.count())?;
        self.prepared.replace(Some(Prepared {
            schedule,
            signed: Arc::new(signed),
        }));
        Ok(())
    }

    fn offer(&self, amount: Amount) -> anyhow::Result<Tally> {
        let Prepared { schedule, signed } = self.prepared.take().context("nothing was prepared")?;
        let turn = Arc::new(Turn {
            aim: self.aim.clone(),
            schedule,
            signed,
            next: AtomicU64::new(0),
            begin: Instant::now(),
            lasting: amount.lasting,
        });
        let tally = turn.run(amount.connections)?;
        // Whatever was taken was sent; see below.
        self.next
            .set(self.next.get() + turn.next.load(Ordering::Relaxed).min(schedule.count()));
        self.refused.borrow_mut().extend(tally.refused());
        Ok(tally)
    }

    fn settle(&self) -> anyhow::Result<()> {
        (self.settle)(self.sent() - self.refused())
    }
}

/// One load, for all its connections.
#[derive(Debug)]
struct Turn {
    aim: Aim,
    schedule: Schedule,
    signed: Arc<Signed>,
    /// The index of the next webhook in the schedule.
    next: AtomicU64,
    begin: Instant,
    lasting: Duration,
}

impl Turn {
    /// On this thread alone: it writes ready bytes and waits, and a second thread would take a core
    /// from the server now and then.
    fn run(self: &Arc<Self>, connections: usize) -> anyhow::Result<Tally> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let tally = runtime.block_on(async {
            let mut loops = JoinSet::new();
            for _connection in 0..connections {
                loops.spawn(Arc::clone(self).on_one_connection());
            }
            let mut tally = Tally::default();
            while let Some(part) = loops.join_next().await {
                tally.absorb(part??);
            }
            anyhow::Ok(tally)
        })?;
        Ok(tally.finished(self.begin.elapsed().min(self.lasting)))
    }

    async fn on_one_connection(self: Arc<Self>) -> anyhow::Result<Tally> {
        let mut stream = connect(self.aim.address).await?;
        let mut webhook = self.aim.webhook.clone();
        let mut received = Vec::with_capacity(1 << 10);
        let mut tally = Tally::default();
        // Looked at before a webhook is taken: one that is taken is sent.
        while self.begin.elapsed() < self.lasting {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(due) = self.schedule.due(index) else {
                break;
            };
            let due = self.begin + due;
            if due > Instant::now() {
                // Wakes up to a millisecond late, which counts as delay.
                tokio::time::sleep_until(due.into()).await;
            }
            let number = self.signed.first + index;
            let sent = Instant::now();
            stream
                .write_all(webhook.numbered(&self.signed, number)?)
                .await?;
            let head = answer(&mut stream, &mut received).await?;
            let answered = Instant::now();
            tally.answered += 1;
            match head.status {
                200..=299 if answered.duration_since(self.begin) <= self.lasting => {
                    tally.note(answered.duration_since(sent));
                    tally.delays.push(micros(answered.duration_since(due)));
                }
                200..=299 => {}
                // The server may say that it is overloaded; anything else is a mistake.
                429 | 503 => tally.refused.push(number),
                status => bail!(
                    "{} answered webhook {number} with status {status}: {}",
                    self.aim.address,
                    String::from_utf8_lossy(&received)
                ),
            }
        }
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// Answers every request with `answer`; connections one by one.
    fn server(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                while stream.read(&mut request).is_ok_and(|length| length > 0) {
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        address
    }

    fn paced(address: SocketAddr) -> Paced<'static> {
        let webhook = Webhook::new(address, "secret").unwrap();
        Paced::new(
            Aim { address, webhook },
            1_000_000,
            Box::new(|_acknowledged| Ok(())),
        )
    }

    /// Due at once, with time to spare.
    const TEN: Amount = Amount {
        connections: 1,
        lasting: Duration::from_mins(1),
        below: 10,
    };

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    #[test]
    fn everything_that_is_due_is_sent_and_numbers_go_on() {
        let paced = paced(server(OK));

        for below in [10, 25] {
            let amount = Amount { below, ..TEN };
            paced.prepare(amount).unwrap();
            let before = paced.sent();
            let tally = paced.offer(amount).unwrap();

            assert_eq!(tally.in_time(), below - before);
            assert_eq!(paced.sent(), below);
        }
        assert_eq!(paced.acknowledged(), (0..25).collect::<Vec<_>>());
    }

    #[test]
    fn what_comes_late_is_late_since_it_was_due() {
        let paced = paced(server(OK));

        paced.prepare(TEN).unwrap();
        let tally = paced.offer(TEN).unwrap();

        let pairs = tally.delays.iter().zip(&tally.latencies);
        assert!(pairs.into_iter().all(|(delay, latency)| delay >= latency));
        assert_eq!(tally.delays.len(), 10);
    }

    #[test]
    fn a_server_that_is_overloaded_has_acknowledged_nothing() {
        let paced = paced(server("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"));

        paced.prepare(TEN).unwrap();
        let tally = paced.offer(TEN).unwrap();

        assert_eq!(tally.in_time(), 0);
        assert_eq!(tally.refused(), (0..10).collect::<Vec<_>>());
        assert!(paced.acknowledged().is_empty());
    }

    #[test]
    fn another_answer_makes_the_whole_load_invalid() {
        let paced = paced(server("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n"));

        paced.prepare(TEN).unwrap();
        let error = paced.offer(TEN).unwrap_err();

        assert!(error.to_string().contains("status 401"), "{error}");
    }

    #[test]
    fn nothing_is_offered_that_was_not_prepared() {
        let paced = paced(([127, 0, 0, 1], 9).into());

        assert!(paced.offer(TEN).is_err());
    }
}
