//! A unit of work on its way through a queue.

use switchboard_domain::ChannelId;

use crate::{ReadTx, StorageError, WriteTx};

/// The rows a unit of work starts from.
///
/// A hint: reading others is allowed and slower. PostgreSQL fetches and locks the rows of all units of
/// a batch with one statement, in the order of ids, so that batches neither wait for a round trip
/// per unit nor for each other in a circle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touches {
    /// Channels that [`crate::ChannelReads::channel`] will be asked for.
    pub channels: Vec<ChannelId>,
}

impl Touches {
    /// The unit starts from no row.
    pub const fn nothing() -> Self {
        Self {
            channels: Vec::new(),
        }
    }

    /// The unit starts from one channel.
    pub fn channel(id: ChannelId) -> Self {
        Self { channels: vec![id] }
    }
}

/// What a unit that writes wants to become of what it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Keep it.
    Commit,
    /// Undo it; other units of the batch are not concerned.
    RollBack,
}

/// A unit of work that writes, with the caller who waits for it.
pub trait WriteUnit: Send {
    /// The rows it starts from.
    fn touches(&self) -> &Touches;

    /// Does the work and remembers the answer. May be called again after what it wrote was undone:
    /// when a batch fails, its units are tried one by one.
    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict;

    /// Answers the caller: with what the last run remembered, once that is durable or undone as the
    /// unit asked, or with the error that kept it from happening.
    fn finish(self: Box<Self>, outcome: Result<(), StorageError>);
}

/// How often a unit that only reads asks the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Once at most: what one statement reads is of one state by itself, so no transaction is needed
    /// around it, nor the round trips that it costs.
    Once,
    /// Any number of times, of one state.
    Often,
}

/// A unit of work that only reads, with the caller who waits for it.
pub trait ReadUnit: Send {
    /// How often it asks.
    fn asks(&self) -> Asks {
        Asks::Often
    }

    /// Does the work and answers the caller.
    fn run(self: Box<Self>, tx: &mut dyn ReadTx);

    /// Answers the caller that it could not be done.
    fn fail(self: Box<Self>, error: StorageError);
}
