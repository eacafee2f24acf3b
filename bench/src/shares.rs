//! Who has used the processors while something was measured.

use std::time::Instant;

use crate::machine::{self, Ticks};
use crate::postgres::Postgres;
use crate::process::Process;

/// Processor time used so far, by whom.
#[derive(Debug)]
pub(crate) struct Clocks {
    server: Ticks,
    postgres: Option<Ticks>,
    generator: Ticks,
    all: Ticks,
    flushes: Option<u64>,
    read: Instant,
}

/// Shares of one core.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shares {
    pub(crate) server: f64,
    /// The database, if it is a process of its own.
    pub(crate) postgres: Option<f64>,
    pub(crate) generator: f64,
    pub(crate) others: f64,
    /// Seconds in which they were used.
    pub(crate) seconds: f64,
    /// Times that PostgreSQL forced its log to disk.
    pub(crate) flushes: Option<u64>,
}

/// The share of one core above which other programs disturb a measurement.
const DISTURBED: f64 = 0.15;

impl Clocks {
    pub(crate) fn read(server: &Process, postgres: Option<&Postgres>) -> anyhow::Result<Self> {
        Ok(Self {
            server: server.cpu()?,
            postgres: postgres.map(Postgres::cpu).transpose()?,
            generator: Ticks::of_process(std::process::id())?,
            all: machine::busy()?,
            flushes: postgres.and_then(Postgres::flushes),
            read: Instant::now(),
        })
    }

    /// What was used from then until now.
    pub(crate) fn shares_since(&self, before: &Self) -> Shares {
        let seconds = self.read.duration_since(before.read).as_secs_f64();
        let server = self.server - before.server;
        let generator = self.generator - before.generator;
        let postgres = self
            .postgres
            .zip(before.postgres)
            .map(|(after, before)| after - before);
        let ours = server + generator + postgres.unwrap_or_default();
        Shares {
            server: server.seconds() / seconds,
            postgres: postgres.map(|ticks| ticks.seconds() / seconds),
            generator: generator.seconds() / seconds,
            others: (self.all - before.all - ours).seconds() / seconds,
            seconds,
            flushes: self
                .flushes
                .zip(before.flushes)
                .map(|(after, before)| after.saturating_sub(before)),
        }
    }
}

impl Shares {
    /// Whether other programs have used so much that the measurement should be made again.
    pub(crate) fn is_disturbed(&self) -> bool {
        self.others >= DISTURBED
    }

    /// Cores in use, by anybody.
    pub(crate) fn busy(&self) -> f64 {
        self.server + self.postgres.unwrap_or_default() + self.generator + self.others
    }
}
