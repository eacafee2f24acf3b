//! Where units of work wait for a thread of the store.

use async_channel::{Receiver, Sender};
use metrics::{gauge, histogram};

use crate::{Arrival, ReadUnit, WriteUnit};

/// How much may wait and how much is done together.
#[derive(Clone, Copy, Debug)]
pub struct QueueLimits {
    /// Units that may wait in each queue; more make their callers wait.
    pub waiting: usize,
    /// Units that share one commit. Past about 80 the cost is the rows themselves.
    pub batch: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            waiting: 4096,
            batch: 256,
        }
    }
}

/// The store's end of a queue of which one thread takes what waits, to do it with one commit.
pub struct BatchQueue<T> {
    /// What metrics call it.
    name: &'static str,
    waiting: Receiver<T>,
    batch: usize,
}

/// Units that write.
pub type WriteQueue = BatchQueue<Box<dyn WriteUnit>>;

/// Envelopes that are to be kept.
pub type AcceptQueue = BatchQueue<Arrival>;

impl<T> std::fmt::Debug for BatchQueue<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchQueue")
            .field("name", &self.name)
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

impl<T> BatchQueue<T> {
    pub(crate) fn new(name: &'static str, limits: QueueLimits) -> (Sender<T>, Self) {
        let (sender, waiting) = async_channel::bounded(limits.waiting);
        let batch = limits.batch;
        (
            sender,
            Self {
                name,
                waiting,
                batch,
            },
        )
    }

    /// Waits for one and takes those that wait with it, up to the batch's limit. `None` when the
    /// store is closed and everything accepted has been handed out.
    ///
    /// Call it from a thread of the store: it blocks.
    pub fn next_batch(&self) -> Option<Vec<T>> {
        let first = self.waiting.recv_blocking().ok()?;
        let mut batch = Vec::with_capacity(self.waiting.len().min(self.batch) + 1);
        batch.push(first);
        while batch.len() < self.batch {
            let Ok(next) = self.waiting.try_recv() else {
                break;
            };
            batch.push(next);
        }
        tell_waiting(self.name, self.waiting.len());
        histogram!("switchboard_store_batch_units").record(real(batch.len()));
        Some(batch)
    }
}

fn tell_waiting(queue: &'static str, number: usize) {
    gauge!("switchboard_store_queue", "queue" => queue).set(real(number));
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "queue lengths are far below 2^52"
)]
const fn real(number: usize) -> f64 {
    number as f64
}

/// The store's end of the queue of units that read; each reading thread has a clone.
#[derive(Clone)]
pub struct ReadQueue {
    units: Receiver<Box<dyn ReadUnit>>,
}

impl std::fmt::Debug for ReadQueue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadQueue")
            .field("waiting", &self.units.len())
            .finish()
    }
}

impl ReadQueue {
    pub(crate) fn new(limits: QueueLimits) -> (Sender<Box<dyn ReadUnit>>, Self) {
        let (sender, units) = async_channel::bounded(limits.waiting);
        (sender, Self { units })
    }

    /// Waits for a unit. `None` when the store is closed and everything accepted has been handed
    /// out. Call it from a thread of the store: it blocks.
    pub fn next(&self) -> Option<Box<dyn ReadUnit>> {
        let unit = self.units.recv_blocking().ok()?;
        tell_waiting("read", self.units.len());
        Some(unit)
    }
}
