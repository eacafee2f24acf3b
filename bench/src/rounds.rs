//! Two servers that take turns under the same load.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;

use crate::args::Run;
use crate::load::{self, Amount, Target};
use crate::machine::{self, Ticks};
use crate::postgres::Postgres;
use crate::process::Process;
use crate::statistics::{Spread, real};

/// One of the two.
#[derive(Debug)]
pub(crate) struct Side<'a> {
    pub(crate) process: &'a Process,
    pub(crate) target: Arc<Target>,
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
    /// Shares of one core.
    pub(crate) server: f64,
    pub(crate) postgres: Option<f64>,
    pub(crate) generator: f64,
    pub(crate) others: f64,
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

/// The share of one core above which other programs disturb a round.
const DISTURBED: f64 = 0.15;

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
        load::generate(&side.target, plan.amount(plan.run.warm_up()))?;
    }
    let mut again = plan.run.again(AGAIN);
    let mut rounds = Vec::new();
    for _round in 0..plan.run.rounds() {
        rounds.push(loop {
            let round = Round {
                hub: plan.turn(hub).context("the turn of the hub")?,
                bare: plan.turn(bare).context("the turn of the bare server")?,
            };
            if again == 0 || round.hub.others.max(round.bare.others) < DISTURBED {
                break round;
            }
            again -= 1;
            machine::wait_until_quiet(plan.run.patience())?;
        });
    }
    Ok(rounds)
}

/// Processor time used so far, by whom.
struct Clocks {
    server: Ticks,
    postgres: Option<Ticks>,
    generator: Ticks,
    all: Ticks,
    flushes: Option<u64>,
}

impl Plan<'_> {
    const fn amount(&self, lasting: std::time::Duration) -> Amount {
        Amount {
            connections: self.connections,
            lasting,
            below: u64::MAX,
        }
    }

    fn turn(&self, side: &Side<'_>) -> anyhow::Result<Turn> {
        let before = self.clocks(side)?;
        let begin = Instant::now();
        let tally = load::generate(&side.target, self.amount(self.run.turn()))?;
        let seconds = begin.elapsed().as_secs_f64();
        let after = self.clocks(side)?;
        let server = after.server - before.server;
        let generator = after.generator - before.generator;
        let postgres = after
            .postgres
            .zip(before.postgres)
            .map(|(after, before)| after - before);
        let ours = server + generator + postgres.unwrap_or_default();
        let flushes = after
            .flushes
            .zip(before.flushes)
            .map(|(after, before)| real(after - before) * 1e3 / real(tally.in_time()));
        Ok(Turn {
            rate: tally.rate(),
            p50: tally.latency(50),
            p99: tally.latency(99),
            server_micros: server.seconds() * 1e6 / real(tally.in_time()),
            server: server.seconds() / seconds,
            postgres: postgres.map(|ticks| ticks.seconds() / seconds),
            generator: generator.seconds() / seconds,
            others: (after.all - before.all - ours).seconds() / seconds,
            flushes,
        })
    }

    fn clocks(&self, side: &Side<'_>) -> anyhow::Result<Clocks> {
        Ok(Clocks {
            server: side.process.cpu()?,
            postgres: self.postgres.map(Postgres::cpu).transpose()?,
            generator: Ticks::of_process(std::process::id())?,
            all: machine::busy()?,
            flushes: self.postgres.and_then(Postgres::flushes),
        })
    }
}
