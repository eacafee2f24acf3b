//! Webhooks that are durable when they are acknowledged, against servers that keep the same bytes.
//!
//! Two measurements: a *burst* of more than either side can take, which compares how much they
//! acknowledge, and a *sustained* rate, which the hub has to apply as well.

mod applied;
mod provider;
mod search;
mod sustained;
mod watch;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use self::provider::{Provider, connect};
use super::flushes::{can_count, flushes};
use super::{Bench, folder, say, sqlite};
use crate::args::{Database, Run};
use crate::hub::{Hub, Start};
use crate::load::{Aim, Amount, Paced, Settle, Traffic as _};
use crate::postgres::{Postgres, rows};
use crate::process::Process;
use crate::report::{Bar, Comparison, Figure};
use crate::rounds::{Plan, Round, Side, alternate, median};
use crate::sqlite_file::rows_of;
use crate::statistics::{Spread, real};
use crate::webhook::Webhook;

/// Kept open, as providers do.
const CONNECTIONS: usize = 64;

/// Webhooks a second of a burst: more than either side can take.
const BURST: u64 = 60_000;

/// Webhooks whose flushes are counted.
const TRACED: u64 = 1_000;

/// The table of the bare servers.
const ENVELOPES: &str = "envelopes";

pub(super) fn measure(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    let provider = Provider::start()?;
    for database in bench.run.databases() {
        match database {
            Database::Sqlite => on_sqlite(bench, &provider)?,
            Database::Postgres => on_postgres(bench, &provider)?,
        }
    }
    Ok(())
}

/// What is measured: a hub with a connected number.
struct Inbound<'a> {
    run: &'a Run,
    database: Database,
    hub: Hub,
    postgres: Option<&'a Postgres>,
    app_secret: String,
}

/// What it is compared with.
struct Opponent<'a> {
    process: Process,
    address: SocketAddr,
    against: &'static str,
    /// Rows that it has kept.
    rows: Box<dyn Fn() -> anyhow::Result<u64> + 'a>,
}

fn on_sqlite(bench: &mut Bench<'_>, provider: &Provider) -> anyhow::Result<()> {
    let folder = folder()?;
    let bare_file = folder.path().join("bare.db");
    let (process, address) =
        Process::bare(&["append-sqlite", "--database", &bare_file.to_string_lossy()])?;
    let store = sqlite(&folder.path().join("hub.db"));
    let inbound = inbound(bench, provider, Database::Sqlite, &store, None)?;
    compare(
        bench,
        inbound,
        Opponent {
            process,
            address,
            against: "the same bytes appended, one commit for all that wait",
            rows: Box::new(|| rows_of(&bare_file, ENVELOPES)),
        },
    )?;
    count_flushes(bench, provider)
}

fn on_postgres(bench: &mut Bench<'_>, provider: &Provider) -> anyhow::Result<()> {
    let postgres = bench.postgres()?;
    let (hub_database, bare_database) = (postgres.database(), postgres.database());
    let (process, address) = Process::bare(&["append-postgres", "--url", &bare_database.url()])?;
    let store = hub_database.url();
    let inbound = inbound(bench, provider, Database::Postgres, &store, Some(&postgres))?;
    compare(
        bench,
        inbound,
        Opponent {
            process,
            address,
            against: "the same bytes appended, one `INSERT` for all that wait",
            rows: Box::new(|| rows(&bare_database, ENVELOPES)),
        },
    )
}

fn inbound<'a>(
    bench: &Bench<'a>,
    provider: &Provider,
    database: Database,
    store: &str,
    postgres: Option<&'a Postgres>,
) -> anyhow::Result<Inbound<'a>> {
    let hub = bench.program.start_as(Start {
        store,
        settings: &provider.settings(),
        tracer: None,
    })?;
    connect(&hub)?;
    Ok(Inbound {
        run: bench.run,
        database,
        hub,
        postgres,
        app_secret: provider.app_secret(),
    })
}

/// The burst, then the rate that the hub sustains; in the end everything must be there.
fn compare(bench: &mut Bench<'_>, inbound: Inbound<'_>, bare: Opponent<'_>) -> anyhow::Result<()> {
    let name = inbound.database.name();
    let hub_address = inbound.hub.address;
    let applied: Settle<'_> =
        Box::new(move |acknowledged| applied::wait(hub_address, acknowledged));
    let to_hub = traffic(hub_address, &inbound.app_secret, applied)?;
    let to_bare = traffic(
        bare.address,
        &inbound.app_secret,
        Box::new(|_acknowledged| Ok(())),
    )?;
    let rounds = burst(&inbound, &bare, &to_hub, &to_bare)?;
    ensure_kept(&bare, &to_bare)?;
    count_commits(bench, &inbound, &bare, &to_bare)?;
    let bare_rate = median(&rounds, |round| &round.bare, |turn| Some(turn.rate))
        .context("there were no rounds")?;
    bench.report.comparisons.push(Comparison {
        what: format!("burst of webhooks on {name}, {CONNECTIONS} connections"),
        against: bare.against.to_owned(),
        bar: Bar::AtLeast(0.6),
        rounds,
    });
    say(&format!("searching for the rate that {name} sustains"));
    let bursts = plan(&inbound);
    let bare_side = Side {
        process: &bare.process,
        traffic: &to_bare,
    };
    let sustained = sustained::measure(&inbound, &to_hub, bare_rate, || {
        Ok(bursts.turn(&bare_side)?.rate)
    })?;
    ensure_kept(&bare, &to_bare)?;
    drop(bare.process);
    bench.report.sustained.push(sustained);
    applied::verify(hub_address, &to_hub)?;
    let refused = Spread::of([real(to_hub.refused())]).map(|spread| Figure {
        what: format!("webhooks that {name} has refused, of {}", to_hub.sent()),
        unit: "",
        bar: Bar::Below(1.0),
        spread,
    });
    bench.report.figures.extend(refused);
    inbound.hub.stop()
}

fn traffic<'a>(
    address: SocketAddr,
    app_secret: &str,
    settle: Settle<'a>,
) -> anyhow::Result<Paced<'a>> {
    let webhook = Webhook::new(address, app_secret)?;
    Ok(Paced::new(Aim { address, webhook }, BURST, settle))
}

fn burst(
    inbound: &Inbound<'_>,
    bare: &Opponent<'_>,
    to_hub: &Paced<'_>,
    to_bare: &Paced<'_>,
) -> anyhow::Result<Vec<Round>> {
    alternate(
        &plan(inbound),
        &Side {
            process: &inbound.hub.process,
            traffic: to_hub,
        },
        &Side {
            process: &bare.process,
            traffic: to_bare,
        },
    )
}

/// The bare server keeps what it acknowledges, too.
fn ensure_kept(bare: &Opponent<'_>, to_bare: &Paced<'_>) -> anyhow::Result<()> {
    let kept = (bare.rows)()?;
    ensure!(
        kept == to_bare.sent(),
        "{} webhooks were acknowledged and {kept} are kept",
        to_bare.sent()
    );
    Ok(())
}

const fn plan<'i>(inbound: &Inbound<'i>) -> Plan<'i> {
    Plan {
        run: inbound.run,
        connections: CONNECTIONS,
        postgres: inbound.postgres,
    }
}

fn count_commits(
    bench: &mut Bench<'_>,
    inbound: &Inbound<'_>,
    bare: &Opponent<'_>,
    to_bare: &Paced<'_>,
) -> anyhow::Result<()> {
    let name = inbound.database.name();
    let commits: u64 = String::from_utf8(crate::http::get(bare.address, "/commits")?)?.parse()?;
    bench.report.count(
        &format!("webhooks in a commit in bursts, {name}, bare"),
        format!("{:.1}", real(to_bare.sent()) / real(commits)),
    );
    let work = inbound.hub.metrics()?.store_work()?;
    for (what, count) in [
        ("units in a commit", work.units / work.commits),
        ("statements for a message", work.statements / work.messages),
        ("messages for a commit", work.messages / work.commits),
    ] {
        bench.report.count(
            &format!("{what}, bursts of webhooks, {name}, hub, kept and applied"),
            format!("{count:.2}"),
        );
    }
    Ok(())
}

/// Webhooks that are kept and applied under a tracer, which makes flushes slower.
fn count_flushes(bench: &mut Bench<'_>, provider: &Provider) -> anyhow::Result<()> {
    if !can_count() {
        return Ok(());
    }
    let settings = provider.settings();
    let idle = flushes(bench, &settings, connect)?;
    for connections in [1, CONNECTIONS] {
        let all = flushes(bench, &settings, |hub| {
            connect(hub)?;
            let address = hub.address;
            let applied: Settle<'_> =
                Box::new(move |acknowledged| applied::wait(address, acknowledged));
            let to_hub = traffic(address, &provider.app_secret(), applied)?;
            let amount = Amount {
                connections,
                lasting: Duration::from_mins(2),
                below: TRACED,
            };
            to_hub.prepare(amount)?;
            to_hub.offer(amount)?;
            to_hub.settle()
        })?;
        bench.report.count(
            &format!(
                "flushes for {TRACED} webhooks kept and applied, SQLite, hub, {connections} \
                 connections, traced"
            ),
            all.saturating_sub(idle).to_string(),
        );
    }
    Ok(())
}
