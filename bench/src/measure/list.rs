//! `channels.list` of 20 channels against a server that answers with the same bytes.

use std::fs;

use crate::hub::Hub;
use crate::load::Target;
use crate::measure::{Bench, folder, seed, sqlite};
use crate::postgres::Postgres;
use crate::process::Process;
use crate::report::{Bar, Comparison};
use crate::rounds::{Plan, Side, alternate};

const CHANNELS: u64 = 20;

/// Connections at a time, each measured by itself.
const CONNECTIONS: [usize; 2] = [32, 64];

pub(super) fn on_sqlite(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    let folder = folder()?;
    let hub = bench
        .program
        .start(&sqlite(&folder.path().join("hub.db")))?;
    against_the_same_bytes(bench, hub, None)
}

pub(super) fn on_postgres(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    let postgres = bench.postgres()?;
    let database = postgres.database();
    let hub = bench.program.start(&database.url())?;
    against_the_same_bytes(bench, hub, Some(&postgres))
}

fn against_the_same_bytes(
    bench: &mut Bench<'_>,
    hub: Hub,
    postgres: Option<&Postgres>,
) -> anyhow::Result<()> {
    let (database, bar) = match postgres {
        None => ("SQLite", Bar::AtLeast(0.4)),
        Some(_) => ("PostgreSQL", Bar::AtLeast(0.15)),
    };
    seed::connect(&hub, CHANNELS)?;
    let folder = folder()?;
    let body = folder.path().join("list.json");
    fs::write(&body, hub.list()?)?;
    let (bare, address) = Process::bare(&["list", "--body", &body.to_string_lossy()])?;
    for connections in CONNECTIONS {
        let plan = Plan {
            run: bench.run,
            connections,
            postgres,
        };
        let rounds = alternate(
            &plan,
            &Side {
                process: &hub.process,
                traffic: &Target::of_lists(hub.address)?,
            },
            &Side {
                process: &bare,
                traffic: &Target::of_lists(address)?,
            },
        )?;
        bench.report.comparisons.push(Comparison {
            what: format!("`channels.list` of {CHANNELS} on {database}, {connections} connections"),
            against: "the same bytes from memory".to_owned(),
            bar,
            rounds,
        });
    }
    hub.stop()
}
