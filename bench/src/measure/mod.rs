//! The parts of a run, one after the other.

mod connect;
mod flushes;
mod footprint;
mod freshness;
mod inbound;
mod list;
mod pages;
mod seed;
mod seeds;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use tempfile::TempDir;

use crate::args::{Part, Run};
use crate::hub::Program;
use crate::machine;
use crate::postgres::Postgres;
use crate::report::{self, Report};
use crate::statistics::{percentile, real};

/// What every part needs.
struct Bench<'a> {
    run: &'a Run,
    program: Program,
    report: Report,
}

/// Measures what the command line asks for. The exit code tells whether every bar was cleared.
pub(crate) fn everything(run: &Run) -> anyhow::Result<ExitCode> {
    if cfg!(debug_assertions) {
        bail!(
            "the bare servers are slow unless they are optimised; run this with `cargo run --release`"
        );
    }
    let program = if let Some(path) = &run.hub {
        Program::at(path)?
    } else {
        say("building the hub: cargo build --release -p switchboard");
        Program::build()?
    };
    let mut bench = Bench {
        run,
        program,
        report: Report::default(),
    };
    bench.machine()?;
    let ran = bench.parts();
    // What was measured before something failed took its time too.
    let measured = bench.report.markdown();
    writeln!(std::io::stdout(), "{measured}")?;
    ran?;
    if run.write {
        let path = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../docs/performance.md"
        ));
        report::write_into(path, &measured)?;
    }
    Ok(if bench.report.is_passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

type Measure = fn(&mut Bench<'_>) -> anyhow::Result<()>;

const PARTS: &[(Part, Measure)] = &[
    (Part::Footprint, footprint::measure),
    (Part::ListSqlite, list::on_sqlite),
    (Part::ListPostgres, list::on_postgres),
    (Part::ConnectSqlite, connect::on_sqlite),
    (Part::ConnectPostgres, connect::on_postgres),
    (Part::Freshness, freshness::measure),
    (Part::Flushes, flushes::measure),
    (Part::Inbound, inbound::measure),
    (Part::Conversations, pages::conversations::measure),
    (Part::Messages, pages::messages::measure),
];

impl Bench<'_> {
    fn parts(&mut self) -> anyhow::Result<()> {
        for (part, measure) in PARTS {
            if self.run.has(*part) {
                say(&format!("measuring {part:?}"));
                measure(self)?;
            }
        }
        Ok(())
    }

    fn machine(&mut self) -> anyhow::Result<()> {
        let folder = folder()?;
        let mut facts = machine::describe(folder.path(), self.run.date.as_deref())?;
        if facts.iter().any(|(_, value)| value.starts_with("tmpfs")) {
            bail!(
                "temporary files are kept in memory here, where nothing is durable; set TMPDIR to a folder on a disk"
            );
        }
        let micros = machine::fdatasync_micros(folder.path())?;
        facts.push((
            "append of 4 KiB and fdatasync".to_owned(),
            format!(
                "p50 {} µs, p99 {} µs (300 in this run)",
                percentile(&micros, 50),
                percentile(&micros, 99)
            ),
        ));
        let busy = machine::wait_until_quiet(self.run.patience())?;
        facts.push((
            "other programs before the run".to_owned(),
            format!("{:.0} % of a core", busy * 100.0),
        ));
        facts.push((
            "how".to_owned(),
            format!(
                "{} rounds of {} s for each side after {} s of warm-up; rounds disturbed by others \
                 measured again",
                self.run.rounds(),
                self.run.turn().as_secs(),
                self.run.warm_up().as_secs()
            ),
        ));
        self.report.machine = facts;
        let cores = std::thread::available_parallelism()?.get();
        self.report.cores = real(u64::try_from(cores)?);
        Ok(())
    }

    /// A cluster for a part of the run. Its version is worth a line of the report.
    fn postgres(&mut self) -> anyhow::Result<Postgres> {
        let postgres = Postgres::start()?;
        let fact = ("PostgreSQL".to_owned(), postgres.version()?);
        if !self.report.machine.contains(&fact) {
            self.report.machine.push(fact);
        }
        Ok(postgres)
    }
}

fn folder() -> anyhow::Result<TempDir> {
    Ok(tempfile::Builder::new()
        .prefix("switchboard-bench-")
        .tempdir()?)
}

/// The address of a file as the hub's settings take it.
fn sqlite(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// Tells on standard error how far the run is.
fn say(what: &str) {
    // A run does not end because nobody reads along.
    drop(writeln!(std::io::stderr(), "{what}"));
}
