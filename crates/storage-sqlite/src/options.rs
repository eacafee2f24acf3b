//! What can be chosen when a database is opened.

use switchboard_storage::QueueLimits;

/// How much waits and how many read.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// The limits of the queues.
    pub limits: QueueLimits,
    /// Threads that read, at least one; each costs a connection and up to 2 MiB of cache.
    pub readers: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            limits: QueueLimits::default(),
            readers: 2,
        }
    }
}
