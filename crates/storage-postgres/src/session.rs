//! A connection for writing, made anew whenever it is lost.

use crate::address::Address;
use crate::connection::Connection;
use crate::refusal::{Meaning, Refusal};

/// Why nothing came of a transaction, and what that says about trying again.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Nothing of it was kept.
    Undone(Refusal),
    /// There is no server to ask; nothing of it was kept.
    NoServer(Refusal),
    /// The connection was lost in the middle of the commit: all of it was kept, or nothing.
    Unknown(Refusal),
}

impl Failure {
    pub(crate) fn into_refusal(self) -> Refusal {
        match self {
            Self::Undone(refusal) | Self::NoServer(refusal) | Self::Unknown(refusal) => refusal,
        }
    }
}

/// How often a batch is tried as a whole.
pub(crate) const TOGETHER: u32 = 2;

/// How often one of a batch is tried alone while others are in its way.
pub(crate) const ALONE: u32 = 3;

/// Tries so many times in all where that may help: on a connection that is not stale, or after another transaction
/// that was in the way.
pub(crate) fn persist<T>(
    tries: u32,
    mut attempt: impl FnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    for _try in 1..tries {
        match attempt() {
            Err(Failure::Undone(refusal)) if refusal.meaning != Meaning::Refused => {}
            outcome => return outcome,
        }
    }
    attempt()
}

/// A thread's connection.
pub(crate) struct Session {
    address: Address,
    connection: Option<Connection>,
}

impl Session {
    pub(crate) const fn new(address: Address, connection: Option<Connection>) -> Self {
        Self {
            address,
            connection,
        }
    }

    /// Does something on the connection, which is made if there is none, and given up if it is lost.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.address).map_err(Failure::NoServer)?,
        };
        let outcome = work(&mut connection);
        let usable = match &outcome {
            Ok(_) => true,
            Err(Failure::Undone(refusal)) if refusal.meaning != Meaning::Lost => {
                connection.roll_back().is_ok()
            }
            Err(_) => false,
        };
        self.connection = usable.then_some(connection);
        outcome
    }
}
