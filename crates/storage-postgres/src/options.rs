//! What can be chosen when a database is opened.

use switchboard_storage::QueueLimits;

/// How much waits and how many read.
#[derive(Clone, Copy, Debug)]
pub struct PostgresOptions {
    /// The limits of the queues.
    pub limits: QueueLimits,
    /// Threads that read, at least one; each costs a connection to the server.
    pub readers: usize,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            limits: QueueLimits::default(),
            readers: 4,
        }
    }
}
