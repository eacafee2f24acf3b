//! The threads that read.

use std::sync::Arc;

use switchboard_storage::ReadQueue;

use crate::address::Address;
use crate::connection::Connection;
use crate::fresh::Fresh;
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;

/// A thread's connection, made anew whenever it is lost.
pub(crate) struct Reader {
    address: Address,
    connection: Option<Connection>,
    fresh: Arc<Fresh>,
}

impl Reader {
    pub(crate) const fn new(address: Address, fresh: Arc<Fresh>) -> Self {
        Self {
            address,
            connection: None,
            fresh,
        }
    }

    pub(crate) fn fresh(&self) -> &Fresh {
        &self.fresh
    }

    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(&mut self, queue: &ReadQueue) {
        if let Err(refusal) = self.connected() {
            tracing::warn!("a connection for reading is missing, it is tried again: {refusal}");
        }
        while let Some(unit) = queue.next() {
            let mut snapshot = Snapshot::new(self, unit.asks());
            unit.run(&mut snapshot);
            snapshot.end();
        }
    }

    /// The connection, made if there is none.
    pub(crate) fn connected(&mut self) -> Result<&mut Connection, Refusal> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.address)?,
        };
        Ok(self.connection.insert(connection))
    }

    pub(crate) const fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Gives the connection up.
    pub(crate) fn forget(&mut self) {
        self.connection = None;
    }

    /// Runs a statement that ends something; a connection that cannot do that is given up.
    pub(crate) fn tidy_up(&mut self, sql: &str) {
        let kept = self
            .connection
            .as_mut()
            .is_some_and(|connection| connection.run(sql).is_ok());
        if !kept {
            self.forget();
        }
    }
}
