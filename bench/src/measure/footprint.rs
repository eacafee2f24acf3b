//! Memory, time to start and size of the program.

use std::time::Duration;

use crate::measure::{Bench, folder, seed, sqlite};
use crate::report::{Bar, Figure};
use crate::statistics::{Spread, real};

const CHANNELS: u64 = 10_000;

/// How often each figure is taken.
const STARTS: usize = 5;

/// What a hub gets to settle after its first answer.
const SETTLE: Duration = Duration::from_millis(500);

const MEGABYTE: f64 = 1e6;

pub(super) fn measure(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    let folder = folder()?;
    let mut idle = Vec::new();
    for start in 0..STARTS {
        let hub = bench
            .program
            .start(&sqlite(&folder.path().join(format!("empty-{start}.db"))))?;
        std::thread::sleep(SETTLE);
        idle.push(memory(&hub.process, "VmRSS")?);
        hub.stop()?;
    }
    let store = sqlite(&folder.path().join("full.db"));
    let hub = bench.program.start(&store)?;
    seed::connect(&hub, CHANNELS)?;
    hub.stop()?;
    let (mut ready, mut full, mut listed) = (Vec::new(), Vec::new(), Vec::new());
    for _start in 0..STARTS {
        let hub = bench.program.start(&store)?;
        ready.push(hub.ready_after.as_secs_f64() * 1e3);
        std::thread::sleep(SETTLE);
        full.push(memory(&hub.process, "VmRSS")?);
        hub.list()?;
        listed.push(memory(&hub.process, "VmRSS")?);
        hub.stop()?;
    }
    let size = real(bench.program.size()?) / MEGABYTE;
    for (what, unit, bar, values) in [
        ("memory of an idle hub, empty database", "MB", 30.0, idle),
        ("memory of an idle hub, 10,000 channels", "MB", 30.0, full),
        ("time to ready, 10,000 channels", "ms", 300.0, ready),
        ("size of the program", "MB", 40.0, vec![size]),
    ] {
        bench
            .report
            .figures
            .extend(Spread::of(values).map(|spread| Figure {
                what: what.to_owned(),
                unit,
                bar: Bar::Below(bar),
                spread,
            }));
    }
    bench
        .report
        .figures
        .extend(Spread::of(listed).map(|spread| Figure {
            what: "memory after a list of 10,000 channels".to_owned(),
            unit: "MB",
            bar: Bar::None,
            spread,
        }));
    Ok(())
}

/// The same of a hub with a database that is there already.
pub(super) fn of_full(bench: &mut Bench<'_>, store: &str, what: &str) -> anyhow::Result<()> {
    let (mut ready, mut idle) = (Vec::new(), Vec::new());
    for _start in 0..STARTS {
        let hub = bench.program.start(store)?;
        ready.push(hub.ready_after.as_secs_f64() * 1e3);
        std::thread::sleep(SETTLE);
        idle.push(memory(&hub.process, "VmRSS")?);
        hub.stop()?;
    }
    for (figure, unit, bar, values) in [
        ("memory of an idle hub", "MB", 40.0, idle),
        ("time to ready", "ms", 1_000.0, ready),
    ] {
        bench
            .report
            .figures
            .extend(Spread::of(values).map(|spread| Figure {
                what: format!("{figure}, {what}"),
                unit,
                bar: Bar::Below(bar),
                spread,
            }));
    }
    Ok(())
}

fn memory(process: &crate::process::Process, field: &str) -> anyhow::Result<f64> {
    Ok(real(process.memory(field)?) * 1024.0 / MEGABYTE)
}
