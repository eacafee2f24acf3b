//! Where units of work wait for a thread of the store.

use async_channel::{Receiver, Sender};
use metrics::{gauge, histogram};

use crate::{ReadUnit, WriteUnit};

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
        let first = self.units.recv_blocking().ok()?;
        let mut batch = Vec::with_capacity(self.units.len().min(self.batch) + 1);
        batch.push(first);
        while batch.len() < self.batch {
            let Ok(next) = self.units.try_recv() else {
                break;
            };
            batch.push(next);
        }
        #[expect(
            clippy::as_conversions,
            clippy::cast_precision_loss,
            reason = "queue lengths are far below 2^52"
        )]
        {
            gauge!("switchboard_store_queue", "queue" => "write").set(self.units.len() as f64);
            histogram!("switchboard_store_batch_units").record(batch.len() as f64);
        }
        Some(batch)
    }
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
