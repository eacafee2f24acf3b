//! Two servers that take turns under the same load.

use anyhow::Context as _;

use crate::args::Run;
use crate::load::{Amount, Traffic};
use crate::machine;
use crate::postgres::Postgres;
use crate::process::Process;
use crate::shares::{Clocks, Shares};
use crate::statistics::{Spread, real};

/// One of the two.
#[derive(Debug)]
pub(crate) struct Side<'a> {
    pub(crate) process: &'a Process,
    pub(crate) traffic: &'a dyn Traffic,
}

/// What both have to bear.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) run: &'a Run,
    pub(crate) connections: usize,
    /// The database they wait for, if it is a process of its own.
    pub(crate) postgres: Option<&'a Postgres>,
}

/// A turn of one side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Microseconds of processor time that the server spent on a request.
    pub(crate) server_micros: f64,
    pub(crate) shares: Shares,
    /// Times that PostgreSQL forced its log to disk, for 1,000 requests.
    pub(crate) flushes: Option<f64>,
}

/// A turn of each side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    pub(crate) hub: Turn,
    pub(crate) bare: Turn,
}

impl Round {
    /// How much the hub does for each request that the bare server answers.
    pub(crate) fn ratio(&self) -> f64 {
        self.hub.rate / self.bare.rate
    }
}

/// The median of what `of` takes from each turn.
pub(crate) fn median(
    rounds: &[Round],
    side: fn(&Round) -> &Turn,
    of: fn(&Turn) -> Option<f64>,
) -> Option<f64> {
    Spread::of(rounds.iter().filter_map(|round| of(side(round)))).map(|spread| spread.median)
}

/// How often all rounds may be measured again because they were disturbed.
const AGAIN: u32 = 3;

/// Warms both sides up, then lets them take turns. A round that other programs disturbed is measured
/// again, whatever its ratio; when that does not help any more, it counts.
pub(crate) fn alternate(
    plan: &Plan<'_>,
    hub: &Side<'_>,
    bare: &Side<'_>,
) -> anyhow::Result<Vec<Round>> {
    machine::wait_until_quiet(plan.run.patience())?;
    for side in [hub, bare] {
        let amount = plan.amount(plan.run.warm_up());
        side.traffic.prepare(amount)?;
        side.traffic.offer(amount)?;
        side.traffic.settle()?;
    }
    let mut again = plan.run.again(AGAIN);
    let mut rounds = Vec::new();
    for _round in 0..plan.run.rounds() {
        rounds.push(loop {
            let round = Round {
                hub: plan.turn(hub).context("the turn of the hub")?,
                bare: plan.turn(bare).context("the turn of the bare server")?,
            };
            let is_disturbed = round.hub.shares.is_disturbed() || round.bare.shares.is_disturbed();
            if again == 0 || !is_disturbed {
                break round;
            }
            again -= 1;
            machine::wait_until_quiet(plan.run.patience())?;
        });
    }
    Ok(rounds)
}

impl Plan<'_> {
    const fn amount(&self, lasting: std::time::Duration) -> Amount {
        Amount {
            connections: self.connections,
            lasting,
            below: u64::MAX,
        }
    }

    /// One turn of one side.
    pub(crate) fn turn(&self, side: &Side<'_>) -> anyhow::Result<Turn> {
        let amount = self.amount(self.run.turn());
        side.traffic.prepare(amount)?;
        let before = Clocks::read(side.process, self.postgres)?;
        let tally = side.traffic.offer(amount)?;
        let shares = Clocks::read(side.process, self.postgres)?.shares_since(&before);
        side.traffic.settle()?;
        Ok(Turn {
            rate: tally.rate(),
            p50: tally.latency(50),
            p99: tally.latency(99),
            server_micros: shares.server * shares.seconds * 1e6 / real(tally.in_time()),
            shares,
            flushes: shares
                .flushes
                .map(|flushes| real(flushes) * 1e3 / real(tally.in_time())),
        })
    }
}
