//! What every simulator has besides its state: planned faults and the log of its calls.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::fault::FaultBook;
use crate::{CallRecord, Fault};

/// A hung call is let go after this time even if nobody releases it.
const LONGEST_HANG: Duration = Duration::from_mins(10);

/// Planned faults and the log of calls of one provider.
#[derive(Debug)]
pub(crate) struct Desk {
    operations: &'static [&'static str],
    faults: Mutex<FaultBook>,
    calls: watch::Sender<Vec<CallRecord>>,
    released: Notify,
    stopped: CancellationToken,
    complaints: Mutex<Vec<String>>,
}

impl Desk {
    pub(crate) fn new(
        operations: &'static [&'static str],
        stopped: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            operations,
            faults: Mutex::default(),
            calls: watch::Sender::new(Vec::new()),
            released: Notify::new(),
            stopped,
            complaints: Mutex::default(),
        })
    }

    pub(crate) fn knows(&self, operation: &str) -> bool {
        self.operations.contains(&operation)
    }

    pub(crate) const fn operations(&self) -> &'static [&'static str] {
        self.operations
    }

    pub(crate) fn plan(&self, operation: Option<&str>, fault: Fault, times: Option<usize>) {
        self.faults.lock().plan(operation, fault, times);
    }

    pub(crate) fn clear(&self) {
        self.faults.lock().clear();
        self.release();
    }

    pub(crate) fn release(&self) {
        self.released.notify_waiters();
    }

    /// Notes something that the provider would not put up with.
    pub(crate) fn complain(&self, sentence: &str) {
        self.complaints.lock().push(sentence.to_owned());
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().clone()
    }

    pub(crate) fn take_fault(&self, operation: &str) -> Option<Fault> {
        self.faults.lock().take(operation)
    }

    pub(crate) fn record(&self, call: CallRecord) {
        tracing::debug!(
            operation = call.operation,
            status = call.status,
            "{} {}",
            call.method,
            call.path
        );
        self.calls.send_modify(|calls| calls.push(call));
    }

    pub(crate) fn calls(&self) -> Vec<CallRecord> {
        self.calls.borrow().clone()
    }

    pub(crate) fn forget_calls(&self) {
        self.calls.send_modify(Vec::clear);
    }

    pub(crate) async fn wait_for_calls(&self, operation: &str, times: usize) {
        let enough = |calls: &Vec<CallRecord>| {
            calls
                .iter()
                .filter(|call| call.operation == operation)
                .count()
                >= times
        };
        // The sender lives in `self`, so the channel cannot close while we wait.
        drop(self.calls.subscribe().wait_for(enough).await);
    }

    /// Calls `begun` and then waits until released, stopped or `wait` is over, the shorter of it and
    /// the longest hang. A release after `begun` counts, even if it comes before the wait.
    pub(crate) async fn hold(&self, wait: Option<Duration>, begun: impl FnOnce() + Send) {
        let released = self.released.notified();
        begun();
        tokio::select! {
            () = released => {}
            () = self.stopped.cancelled() => {}
            () = tokio::time::sleep(wait.unwrap_or(LONGEST_HANG).min(LONGEST_HANG)) => {}
        }
    }
}

/// Gives a handle with a field `desk` the methods that all handles share.
macro_rules! desk_methods {
    ($handle:ident) => {
        /// Shows where it listens: the state holds tokens and keys.
        impl std::fmt::Debug for $handle {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($handle))
                    .field("url", &self.url())
                    .finish_non_exhaustive()
            }
        }

        impl $handle {
            /// The calls so far, oldest first.
            pub fn calls(&self) -> Vec<crate::CallRecord> {
                self.desk.calls()
            }

            /// How many calls of `operation` there were.
            pub fn called(&self, operation: &str) -> usize {
                self.calls()
                    .iter()
                    .filter(|call| call.operation == operation)
                    .count()
            }

            /// Empties the log of calls.
            pub fn forget_calls(&self) {
                self.desk.forget_calls();
            }

            /// Returns as soon as `operation` was called `times` times in all.
            pub async fn wait_for_calls(&self, operation: &str, times: usize) {
                self.desk.wait_for_calls(operation, times).await;
            }

            /// Makes every call go wrong until [`Self::clear_faults`].
            pub fn fail(&self, fault: crate::Fault) {
                self.desk.plan(None, fault, None);
            }

            /// Makes the next `times` calls of `operation` go wrong. Faults strike in the order in
            /// which they were planned.
            ///
            /// # Panics
            ///
            /// If there is no such operation: the fault would never strike.
            pub fn fail_times(&self, operation: &str, fault: crate::Fault, times: usize) {
                assert!(
                    self.desk.knows(operation),
                    "there is no operation {operation}; these exist: {:?}",
                    self.desk.operations()
                );
                self.desk.plan(Some(operation), fault, Some(times));
            }

            /// Forgets the planned faults, and releases the calls that hang or are slow.
            pub fn clear_faults(&self) {
                self.desk.clear();
            }

            /// Releases the calls that hang or are slow at this moment.
            pub fn release(&self) {
                self.desk.release();
            }
        }
    };
}

pub(crate) use desk_methods;
