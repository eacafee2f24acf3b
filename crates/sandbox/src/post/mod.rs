//! Delivers webhooks as providers do: tries again if the hub does not take them, and keeps a log.

mod delivery;
mod parcel;
mod pause;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use self::delivery::{Delivery, Violation};
pub(crate) use self::parcel::{Again, Parcel, Rules};
pub use self::pause::Pause;
use crate::Now;
use crate::customers::{Outcome, Source};

/// What a post office needs.
#[derive(Debug)]
pub(crate) struct Means {
    pub(crate) client: reqwest::Client,
    pub(crate) now: Now,
    pub(crate) pause: Pause,
    /// Instead of each provider's own.
    pub(crate) patience: Option<Duration>,
    pub(crate) stopped: CancellationToken,
}

/// Delivers the webhooks of all providers.
#[derive(Debug)]
pub(crate) struct PostOffice {
    means: Means,
    book: watch::Sender<Book>,
    violations: Mutex<Vec<Violation>>,
    /// How often everybody was told to try again now.
    calls_to_retry: watch::Sender<u64>,
}

/// The log.
#[derive(Debug, Default)]
struct Book {
    webhooks: u64,
    deliveries: Vec<Delivery>,
    /// Webhooks that will be tried again.
    open: BTreeSet<u64>,
}

/// What came back.
struct Answer {
    outcome: Outcome,
    headers: HeaderMap,
}

impl PostOffice {
    pub(crate) fn new(means: Means) -> Arc<Self> {
        Arc::new(Self {
            means,
            book: watch::Sender::default(),
            violations: Mutex::default(),
            calls_to_retry: watch::Sender::default(),
        })
    }

    /// Tries a first time, and goes on in the background if that fails.
    pub(crate) async fn send(self: &Arc<Self>, parcel: Parcel) -> (u64, Outcome) {
        // Before the first attempt: no call to retry after it is missed.
        let mut calls = self.calls_to_retry.subscribe();
        let number = self.open();
        let outcome = self.attempt(number, &parcel, 1).await;
        if outcome.is_accepted() || !parcel.has_another_way(&outcome) {
            self.close(number);
            return (number, outcome);
        }
        let office = Arc::clone(self);
        let again = parcel.rules.again.covers(&outcome);
        tokio::spawn(async move {
            let pauses = if again {
                parcel.rules.pauses.as_slice()
            } else {
                &[]
            };
            tokio::select! {
                () = office.try_again((number, &parcel), pauses, &mut calls) => {}
                () = office.means.stopped.cancelled() => {}
            }
            office.close(number);
        });
        (number, outcome)
    }

    async fn try_again(
        &self,
        (number, parcel): (u64, &Parcel),
        pauses: &[Duration],
        calls: &mut watch::Receiver<u64>,
    ) {
        let mut attempt = 1;
        for &pause in pauses {
            tokio::select! {
                () = self.means.pause.wait(pause) => {}
                // The sender lives in `self`, so it cannot close while we wait.
                _told = calls.changed() => {}
            }
            attempt += 1;
            let outcome = self.attempt(number, parcel, attempt).await;
            if outcome.is_accepted() {
                return;
            }
            if !parcel.rules.again.covers(&outcome) {
                break;
            }
        }
        if let Some(fallback) = &parcel.fallback {
            self.attempt(number, fallback, attempt + 1).await;
        }
    }

    async fn attempt(&self, number: u64, parcel: &Parcel, attempt: usize) -> Outcome {
        let patience = self.means.patience.unwrap_or(parcel.rules.patience);
        let Answer { outcome, headers } = self.call(parcel, patience).await;
        let (status, answer) = match &outcome {
            Outcome::Answered { status, body } => {
                if let Some(message) = (parcel.rules.judge)(&headers, body) {
                    self.complain(parcel.source, message);
                }
                (Some(*status), body.clone())
            }
            Outcome::NoAnswer { why } | Outcome::NotSent { why } => (None, why.clone()),
        };
        self.record(Delivery {
            webhook: number,
            source: parcel.source,
            ids: parcel.ids.clone(),
            method: parcel.method.clone(),
            url: parcel.url.clone(),
            headers: parcel.shown_headers(),
            body: parcel.body.clone(),
            attempt,
            at: self.means.now.millis(),
            status,
            answer,
        });
        outcome
    }

    async fn call(&self, parcel: &Parcel, patience: Duration) -> Answer {
        let mut request = self
            .means
            .client
            .request(parcel.method.clone(), &parcel.url)
            .timeout(patience)
            .body(parcel.body.clone());
        for (name, value) in &parcel.headers {
            request = request.header(*name, value);
        }
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let body = response.text().await?;
            Ok::<_, reqwest::Error>((status, headers, body))
        };
        match answered.await {
            Ok((status, headers, body)) => Answer {
                outcome: Outcome::Answered { status, body },
                headers,
            },
            Err(error) => {
                let why = if error.is_timeout() {
                    let why = format!("no answer within {} ms", patience.as_millis());
                    self.complain(parcel.source, why.clone());
                    why
                } else if error.is_connect() {
                    "nobody listens there".to_owned()
                } else {
                    "the connection broke before an answer came".to_owned()
                };
                Answer {
                    outcome: Outcome::NoAnswer { why },
                    headers: HeaderMap::new(),
                }
            }
        }
    }

    /// A number for the next webhook, which is being delivered from now on.
    fn open(&self) -> u64 {
        let mut number = 0;
        self.book.send_modify(|book| {
            book.webhooks += 1;
            number = book.webhooks;
            book.open.insert(number);
        });
        number
    }

    fn close(&self, number: u64) {
        self.book.send_modify(|book| {
            book.open.remove(&number);
        });
    }

    fn record(&self, delivery: Delivery) {
        tracing::debug!(
            source = delivery.source.name(),
            status = delivery.status,
            attempt = delivery.attempt,
            "webhook to {}",
            delivery.url
        );
        self.book.send_modify(|book| book.deliveries.push(delivery));
    }

    pub(crate) fn complain(&self, source: Source, message: String) {
        self.violations.lock().push(Violation { source, message });
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.violations.lock().clone()
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.book.borrow().deliveries.clone()
    }

    pub(crate) fn forget_deliveries(&self) {
        self.book.send_modify(|book| book.deliveries.clear());
    }

    /// Returns the log as soon as `enough` of it.
    pub(crate) async fn wait_until(
        &self,
        mut enough: impl FnMut(&[Delivery]) -> bool,
    ) -> Vec<Delivery> {
        let mut book = self.book.subscribe();
        let seen = book.wait_for(|book| enough(&book.deliveries)).await;
        // The sender lives in `self`, so the channel cannot close while we wait.
        seen.map(|book| book.deliveries.clone()).unwrap_or_default()
    }

    /// Returns the last attempt as soon as a webhook is not tried again any more.
    pub(crate) async fn settled(&self, number: u64) -> Option<Delivery> {
        let mut book = self.book.subscribe();
        let seen = book
            .wait_for(|book| !book.open.contains(&number))
            .await
            .ok()?;
        let mut attempts = seen.deliveries.iter().rev();
        attempts
            .find(|delivery| delivery.webhook == number)
            .cloned()
    }

    /// How many webhooks will be tried again.
    pub(crate) fn open_webhooks(&self) -> usize {
        self.book.borrow().open.len()
    }

    pub(crate) fn retry_now(&self) {
        self.calls_to_retry.send_modify(|calls| *calls += 1);
    }
}

impl Parcel {
    /// All but a visitor's token.
    fn shown_headers(&self) -> Vec<(&'static str, String)> {
        let headers = self.headers.iter();
        let shown = headers.filter(|(name, _)| *name != "authorization");
        shown.cloned().collect()
    }

    /// Whether the provider goes on after this.
    fn has_another_way(&self, outcome: &Outcome) -> bool {
        let retries = !self.rules.pauses.is_empty() && self.rules.again.covers(outcome);
        retries || self.fallback.is_some()
    }
}

impl Again {
    const fn covers(self, outcome: &Outcome) -> bool {
        match self {
            Self::Always => true,
            Self::Unanswered => matches!(outcome, Outcome::NoAnswer { .. }),
        }
    }
}
