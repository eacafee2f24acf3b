//! Durable `channels.chatplugin.connect` against servers that insert the same rows.

use anyhow::ensure;

use crate::http;
use crate::load::Target;
use crate::measure::{Bench, folder, sqlite};
use crate::postgres::rows;
use crate::process::Process;
use crate::report::{Bar, Comparison};
use crate::rounds::{Plan, Side, alternate};
use crate::sqlite_file::rows_of;
use crate::statistics::real;

const CONNECTIONS: usize = 64;

const WHAT: &str = "`channels.chatplugin.connect` on";

pub(super) fn on_sqlite(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    for (server, against, bar) in [
        (
            "group-commit",
            "the same rows, one commit for all that wait",
            Bar::AtLeast(0.4),
        ),
        ("commit-each", "the same rows, one commit each", Bar::None),
    ] {
        against_sqlite(bench, server, against, bar)?;
    }
    Ok(())
}

fn against_sqlite(
    bench: &mut Bench<'_>,
    server: &str,
    against: &str,
    bar: Bar,
) -> anyhow::Result<()> {
    let folder = folder()?;
    let hub_file = folder.path().join("hub.db");
    let bare_file = folder.path().join("bare.db");
    // Tables, indexes and first rows are the hub's own.
    bench.program.start(&sqlite(&bare_file))?.stop()?;
    let hub = bench.program.start(&sqlite(&hub_file))?;
    let (bare, address) = Process::bare(&[server, "--database", &bare_file.to_string_lossy()])?;
    let hub_target = Target::of_connects(hub.address)?;
    let bare_target = Target::of_connects(address)?;
    let rounds = alternate(
        &Plan {
            run: bench.run,
            connections: CONNECTIONS,
            postgres: None,
        },
        &Side {
            process: &hub.process,
            traffic: &hub_target,
        },
        &Side {
            process: &bare,
            traffic: &bare_target,
        },
    )?;
    for (file, target) in [(&hub_file, &hub_target), (&bare_file, &bare_target)] {
        for table in ["channels", "events"] {
            expect(rows_of(file, table)?, target, table)?;
        }
    }
    let metrics = hub.metrics()?;
    let bare_commits: u64 = String::from_utf8(http::get(address, "/commits")?)?.parse()?;
    bench.report.count(
        &format!("requests in a commit, SQLite, hub; against {server}"),
        format!("{:.1}", metrics.units_in_a_commit()?),
    );
    bench.report.count(
        &format!("requests in a commit, SQLite, bare {server}"),
        format!("{:.1}", real(bare_target.answered()) / real(bare_commits)),
    );
    bench.report.comparisons.push(Comparison {
        what: format!("{WHAT} SQLite, {CONNECTIONS} connections"),
        against: against.to_owned(),
        bar,
        rounds,
    });
    hub.stop()
}

pub(super) fn on_postgres(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    let postgres = bench.postgres()?;
    let (hub_database, bare_database) = (postgres.database(), postgres.database());
    bench.program.start(&bare_database.url())?.stop()?;
    let hub = bench.program.start(&hub_database.url())?;
    let (bare, address) = Process::bare(&["postgres-insert", "--url", &bare_database.url()])?;
    let hub_target = Target::of_connects(hub.address)?;
    let bare_target = Target::of_connects(address)?;
    let rounds = alternate(
        &Plan {
            run: bench.run,
            connections: CONNECTIONS,
            postgres: Some(&postgres),
        },
        &Side {
            process: &hub.process,
            traffic: &hub_target,
        },
        &Side {
            process: &bare,
            traffic: &bare_target,
        },
    )?;
    expect(rows(&hub_database, "channels")?, &hub_target, "channels")?;
    expect(rows(&hub_database, "events")?, &hub_target, "events")?;
    expect(rows(&bare_database, "channels")?, &bare_target, "channels")?;
    let metrics = hub.metrics()?;
    bench.report.count(
        "requests in a commit, PostgreSQL, hub",
        format!("{:.1}", metrics.units_in_a_commit()?),
    );
    bench.report.comparisons.push(Comparison {
        what: format!("{WHAT} PostgreSQL, {CONNECTIONS} connections"),
        against: "one `INSERT` of the channel alone each, on 16 connections".to_owned(),
        bar: Bar::Above(1.0),
        rounds,
    });
    hub.stop()
}

/// Every request that was acknowledged is a row, and no other is.
fn expect(rows: u64, target: &Target, table: &str) -> anyhow::Result<()> {
    let acknowledged = target.answered();
    ensure!(
        rows == acknowledged,
        "{acknowledged} requests were acknowledged and the table {table} has {rows} rows"
    );
    Ok(())
}
