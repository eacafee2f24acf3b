//! The generators of load.

mod closed;
mod connection;
mod paced;
mod schedule;
mod tally;

use std::fmt::Debug;
use std::time::Duration;

pub(crate) use closed::{Target, generate};
pub(crate) use paced::{Aim, Paced, Settle};
pub(crate) use schedule::Schedule;
pub(crate) use tally::Tally;

/// How much.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amount {
    pub(crate) connections: usize,
    /// No request begins after this time.
    pub(crate) lasting: Duration,
    /// No request has this number or a greater one.
    pub(crate) below: u64,
}

/// A load that can be offered again and again.
pub(crate) trait Traffic: Debug {
    /// Does what is not to be measured, before the clock starts.
    fn prepare(&self, amount: Amount) -> anyhow::Result<()>;

    /// Offers what was prepared.
    fn offer(&self, amount: Amount) -> anyhow::Result<Tally>;

    /// Waits until the server has nothing left to do for what was offered.
    fn settle(&self) -> anyhow::Result<()>;
}
