//! The thread that writes.

use std::collections::BTreeSet;
use std::sync::Arc;

use metrics::counter;
use switchboard_domain::ChannelId;
use switchboard_storage::{WriteQueue, WriteUnit, works_behind_others};

use crate::address::Address;
use crate::batch::{Batch, End};
use crate::connection::Connection;
use crate::fresh::Fresh;
use crate::refusal::{Meaning, Refusal};
use crate::session::{ALONE, Failure, Session, TOGETHER, persist};

type Unit = Box<dyn WriteUnit>;

/// What the thread that writes owns.
pub(crate) struct Writer {
    session: Session,
    fresh: Arc<Fresh>,
}

impl Writer {
    pub(crate) const fn new(
        address: Address,
        connection: Option<Connection>,
        fresh: Arc<Fresh>,
    ) -> Self {
        Self {
            session: Session::new(address, connection),
            fresh,
        }
    }

    /// Serves the queue until it is closed and empty. Nearly all that it does is what was answered already, so it
    /// leaves the processors to those who answer.
    pub(crate) fn serve(mut self, queue: &WriteQueue) {
        works_behind_others();
        while let Some(batch) = queue.next_batch() {
            self.write(batch);
        }
    }

    /// Runs a batch and answers it: with one commit, or if that fails with one for each unit.
    fn write(&mut self, mut batch: Vec<Unit>) {
        match self.together(&mut batch) {
            Ok(()) => {
                for unit in batch {
                    unit.finish(Ok(()));
                }
            }
            Err(Failure::Undone(refusal)) => {
                tracing::warn!(
                    units = batch.len(),
                    "a batch could not be committed, each of its units is tried alone: {refusal}"
                );
                self.one_by_one(batch);
            }
            Err(failure) => {
                let refusal = failure.into_refusal();
                tracing::error!(units = batch.len(), "a batch was not committed: {refusal}");
                for unit in batch {
                    unit.finish(Err(refusal.clone().into()));
                }
            }
        }
    }

    /// All units in one transaction. Tried a second time where that may help: on a connection that is
    /// not stale, or with the channels locked in order that the first time came as a surprise.
    fn together(&mut self, batch: &mut [Unit]) -> Result<(), Failure> {
        let mut learned = BTreeSet::new();
        persist(TOGETHER, || self.attempt(batch, &mut learned))
    }

    /// Each unit in a transaction of its own. Once there is no server, nobody waits for it again.
    fn one_by_one(&mut self, batch: Vec<Unit>) {
        let mut no_server = None;
        for mut unit in batch {
            let outcome = no_server.clone().map_or_else(
                || self.alone(&mut unit),
                |refusal| Err(Failure::NoServer(refusal)),
            );
            match outcome {
                Ok(()) => unit.finish(Ok(())),
                Err(Failure::Undone(refusal) | Failure::Unknown(refusal)) => {
                    tracing::error!("a unit of work was not committed: {refusal}");
                    unit.finish(Err(refusal.into()));
                }
                Err(Failure::NoServer(refusal)) => {
                    no_server = Some(refusal.clone());
                    unit.finish(Err(refusal.into()));
                }
            }
        }
    }

    fn alone(&mut self, unit: &mut Unit) -> Result<(), Failure> {
        let mut learned = BTreeSet::new();
        persist(ALONE, || {
            self.attempt(std::slice::from_mut(unit), &mut learned)
        })
    }

    /// One transaction.
    fn attempt(
        &mut self,
        batch: &mut [Unit],
        learned: &mut BTreeSet<ChannelId>,
    ) -> Result<(), Failure> {
        let fresh = &self.fresh;
        self.session
            .attempt(|connection| transaction(connection, fresh, batch, learned))
    }
}

fn transaction(
    connection: &mut Connection,
    fresh: &Fresh,
    units: &mut [Unit],
    learned: &mut BTreeSet<ChannelId>,
) -> Result<(), Failure> {
    let end = run(connection, fresh, units, learned).map_err(Failure::Undone)?;
    let outcome = match end {
        // Envelopes alone are written by one statement. Lost in the middle of it, they are written again:
        // what a provider has sent may be there twice, as when the provider sends it twice.
        End::Done => Ok(()),
        End::RollBack => connection.roll_back().map_err(Failure::Undone),
        // Asking again whether it was kept is not possible, and doing it again might do it twice.
        End::Commit => connection
            .run("COMMIT")
            .map_err(|refusal| match refusal.meaning {
                Meaning::Lost => Failure::Unknown(refusal),
                Meaning::Conflict | Meaning::Refused => Failure::Undone(refusal),
            }),
    };
    if outcome.is_ok() && end != End::RollBack {
        counter!("switchboard_store_commits_total").increment(1);
    }
    outcome
}

fn run(
    connection: &mut Connection,
    fresh: &Fresh,
    units: &mut [Unit],
    learned: &mut BTreeSet<ChannelId>,
) -> Result<End, Refusal> {
    let touched: BTreeSet<_> = units
        .iter()
        .flat_map(|unit| &unit.touches().channels)
        .chain(&*learned)
        .copied()
        .collect();
    let mut batch = Batch::begin(connection, fresh, units.len(), &touched, learned)?;
    for unit in units {
        let verdict = unit.run(&mut batch);
        batch.end_unit(verdict)?;
    }
    batch.end()
}
