//! What can be chosen when a database is opened.

use switchboard_storage::QueueLimits;

/// How much waits, how many read, and how much is gathered.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// The limits of the queues.
    pub limits: QueueLimits,
    /// Threads that read, at least one; each costs a connection and up to 2 MiB of cache.
    pub readers: usize,
    /// Messages that are kept apart before they are gathered into the large indexes, in which each would
    /// change a page of its own; 65,536 take some 4 MiB.
    pub recent_messages: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            limits: QueueLimits::default(),
            readers: 2,
            recent_messages: 65_536,
        }
    }
}
