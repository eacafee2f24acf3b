//! Where units of work wait for a thread of the store.

use async_channel::{Receiver, Sender};
use metrics::{gauge, histogram};

use crate::arrival::Arrival;
use crate::{Arrivals, ReadUnit, WriteUnit};

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

/// The store's end of the queue of units that write.
pub struct WriteQueue {
    units: Receiver<Box<dyn WriteUnit>>,
    batch: usize,
}

impl std::fmt::Debug for WriteQueue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WriteQueue")
            .field("waiting", &self.units.len())
            .finish_non_exhaustive()
    }
}

impl WriteQueue {
    pub(crate) fn new(limits: QueueLimits) -> (Sender<Box<dyn WriteUnit>>, Self) {
        let (sender, units) = async_channel::bounded(limits.waiting);
        (
            sender,
            Self {
                units,
                batch: limits.batch,
            },
        )
    }

    /// Waits for a unit and takes those that wait with it, up to the batch's limit. `None` when the
    /// store is closed and everything accepted has been handed out.
    ///
    /// Call it from a thread of the store: it blocks.
    pub fn next_batch(&self) -> Option<Vec<Box<dyn WriteUnit>>> {
        let mut batch = Vec::with_capacity(self.units.len().clamp(1, self.batch));
        take(&self.units, self.batch, |unit| batch.push(unit))?;
        tell("write", self.units.len(), batch.len());
        Some(batch)
    }
}

/// The store's end of the queue of envelopes that are to be kept.
#[derive(Clone)]
pub struct AcceptQueue {
    arrivals: Receiver<Arrival>,
    batch: usize,
}

impl std::fmt::Debug for AcceptQueue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AcceptQueue")
            .field("waiting", &self.arrivals.len())
            .finish_non_exhaustive()
    }
}

impl AcceptQueue {
    pub(crate) fn new(limits: QueueLimits) -> (Sender<Arrival>, Self) {
        let (sender, arrivals) = async_channel::bounded(limits.waiting);
        let batch = limits.batch;
        (sender, Self { arrivals, batch })
    }

    /// Waits for an envelope and takes those that wait with it, up to the batch's limit. `None` when the
    /// store is closed and everything accepted has been handed out.
    ///
    /// Call it from a thread of the store: it blocks.
    pub fn next_batch(&self) -> Option<Arrivals> {
        let mut batch = Arrivals::for_about(self.arrivals.len().clamp(1, self.batch));
        take(&self.arrivals, self.batch, |arrival| batch.push(arrival))?;
        tell("accept", self.arrivals.len(), batch.envelopes.len());
        Some(batch)
    }
}

/// Waits for one and takes those that wait with it, so many at most. `None` when there will be no more.
fn take<T>(queue: &Receiver<T>, limit: usize, mut taken: impl FnMut(T)) -> Option<()> {
    taken(queue.recv_blocking().ok()?);
    for _one in 1..limit {
        let Ok(next) = queue.try_recv() else {
            break;
        };
        taken(next);
    }
    Some(())
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "queue lengths are far below 2^52"
)]
fn tell(queue: &'static str, waiting: usize, together: usize) {
    gauge!("switchboard_store_queue", "queue" => queue).set(waiting as f64);
    histogram!("switchboard_store_batch_units").record(together as f64);
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
        #[expect(
            clippy::as_conversions,
            clippy::cast_precision_loss,
            reason = "queue lengths are far below 2^52"
        )]
        gauge!("switchboard_store_queue", "queue" => "read").set(self.units.len() as f64);
        Some(unit)
    }
}
