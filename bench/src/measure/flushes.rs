//! How often the hub forces SQLite's files to disk, counted by `strace`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::hub::{Hub, Start};
use crate::load::{self, Amount, Target};
use crate::measure::{Bench, folder, say, sqlite};

const CONNECTS: u64 = 1_000;

/// How long the tracer may take to write its summary after the hub has ended.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn measure(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    if !can_count() {
        return Ok(());
    }
    let idle = flushes(bench, &[], |_hub| Ok(()))?;
    for connections in [1, 64] {
        let amount = Amount {
            connections,
            lasting: Duration::from_mins(2),
            below: CONNECTS,
        };
        let flushes = flushes(bench, &[], |hub| {
            load::generate(&Target::of_connects(hub.address)?, amount).map(drop)
        })?
        .saturating_sub(idle);
        bench.report.count(
            &format!(
                "flushes for {CONNECTS} connects, SQLite, hub, {connections} connections, traced"
            ),
            flushes.to_string(),
        );
    }
    Ok(())
}

/// Whether there is a tracer; says so if not.
pub(super) fn can_count() -> bool {
    let has_tracer = Command::new("strace").arg("--version").output().is_ok();
    if !has_tracer {
        say("strace is not installed: flushes are not counted");
    }
    has_tracer
}

/// Flushes of a hub from its start to its end, while `work` has it do something.
pub(super) fn flushes(
    bench: &Bench<'_>,
    settings: &[(String, String)],
    work: impl FnOnce(&Hub) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let folder = folder()?;
    let counted = folder.path().join("strace");
    let mut tracer = Command::new("strace");
    // As a grandchild, so that the hub itself is the process that is asked to end.
    tracer
        .args([
            "--daemonize",
            "--follow-forks",
            "--seccomp-bpf",
            "--summary-only",
        ])
        .args(["--trace=fsync,fdatasync", "--output"])
        .arg(&counted);
    let hub = bench.program.start_as(Start {
        store: &sqlite(&folder.path().join("hub.db")),
        settings,
        tracer: Some(tracer),
    })?;
    work(&hub)?;
    hub.stop()?;
    summary(&counted)
}

/// Waits for the tracer's summary.
fn summary(path: &Path) -> anyhow::Result<u64> {
    let begin = Instant::now();
    loop {
        let text = fs::read_to_string(path).with_context(|| format!("no {}", path.display()))?;
        if let Some(calls) = calls(&text) {
            return Ok(calls);
        }
        if begin.elapsed() > PATIENCE {
            bail!("strace wrote no summary: {text}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The fourth column of the last line, which is the sum.
fn calls(summary: &str) -> Option<u64> {
    let total = summary.lines().find(|line| line.ends_with(" total"))?;
    total.split_ascii_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_calls_is_read_from_the_summary() {
        let summary = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.000300         300       901           fdatasync
 40.00    0.000200         200        10           fsync
------ ----------- ----------- --------- --------- ----------------
100.00    0.000500         250       911           total
";

        assert_eq!(calls(summary), Some(911));
        assert_eq!(calls(&summary[..200]), None);
    }
}
