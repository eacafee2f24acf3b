//! A rate that the hub bears: everything acknowledged and applied, and the backlog does not grow.

use std::time::Duration;

use anyhow::Context as _;

use super::watch::{Course, Watch, course};
use super::{CONNECTIONS, Inbound, search};
use crate::load::{Amount, Paced, Tally, Traffic as _};
use crate::report::{Bar, Step, Sustained};
use crate::shares::Clocks;
use crate::statistics::{Spread, real, whole};

/// The share of what the bare server acknowledges with which the search begins, and which is wanted.
const WANTED: f64 = 0.35;

/// What the last answers may take after the last webhook was due.
const GRACE: Duration = Duration::from_secs(1);

/// The share of the rate by which a backlog may grow and still be called steady.
const STEADY: f64 = 0.01;

/// Seconds that the lag may grow in a second.
const STEADY_LAG: f64 = 0.02;

/// Seconds of load that may wait in the end.
const WAITING: f64 = 2.0;

/// Searches for the highest rate. `expected` is what the other side has acknowledged in a second so far, and
/// `bare` lets it do that again, before each step: machines are not equally fast all the time.
pub(super) fn measure(
    inbound: &Inbound<'_>,
    traffic: &Paced<'_>,
    expected: f64,
    mut bare: impl FnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<Sustained> {
    let (mut steps, mut rates) = (Vec::new(), Vec::new());
    let best = search::highest(whole((expected * WANTED).ceil()), |rate| {
        rates.push(bare()?);
        let mut step = step(inbound, traffic, rate)?;
        if step.fault.is_some() && step.shares.is_disturbed() && !inbound.run.quick {
            steps.push(step);
            step = self::step(inbound, traffic, rate)?;
        }
        let holds = step.fault.is_none();
        steps.push(step);
        Ok(holds)
    })?;
    Ok(Sustained {
        what: format!("webhooks on {}", inbound.database.name()),
        bare: Spread::of(rates).context("nothing was tried")?.median,
        steps,
        best: best.map(real),
        bar: Bar::AtLeast(WANTED),
    })
}

/// Offers a rate for a while, and waits until all of it is applied.
fn step(inbound: &Inbound<'_>, traffic: &Paced<'_>, rate: u64) -> anyhow::Result<Step> {
    let lasting = inbound.run.sustained();
    let due = rate * lasting.as_secs();
    let amount = Amount {
        connections: CONNECTIONS,
        lasting: lasting + GRACE,
        below: traffic.sent() + due,
    };
    traffic.pace(rate);
    traffic.prepare(amount)?;
    let hub = &inbound.hub;
    let work_before = hub.metrics()?.store_work()?;
    let before = Clocks::read(&hub.process, inbound.postgres)?;
    // Often enough for the shortest of runs, seldom enough to cost next to nothing.
    let watch = Watch::begin(hub.address, lasting / 60);
    let tally = traffic.offer(amount)?;
    let looks = watch.end()?;
    let shares = Clocks::read(&hub.process, inbound.postgres)?.shares_since(&before);
    traffic.settle()?;
    let work = hub.metrics()?.store_work()?.since(work_before);
    let course = course(&looks).context("the backlog was not looked at often enough")?;
    Ok(Step {
        rate: real(rate),
        fault: fault(real(rate), due, &tally, &course),
        p50: tally.delay(50),
        p99: tally.delay(99),
        growth: course.growth,
        waiting: course.last.waiting,
        lag: course.last.lag,
        work,
        shares,
    })
}

/// Why a rate is too much; `None` if it is borne.
fn fault(rate: f64, due: u64, tally: &Tally, course: &Course) -> Option<String> {
    let acknowledged = tally.in_time();
    if !tally.refused().is_empty() {
        return Some(format!("{} refused", tally.refused().len()));
    }
    if acknowledged < due {
        return Some(format!("{} not acknowledged in time", due - acknowledged));
    }
    if course.growth > rate * STEADY {
        return Some(format!("{:.0} more wait each second", course.growth));
    }
    if course.lag_growth > STEADY_LAG {
        return Some(format!(
            "the lag grows by {:.2} s each second",
            course.lag_growth
        ));
    }
    let waiting = course.last.waiting / rate;
    (waiting >= WAITING).then(|| format!("{waiting:.1} s of load wait in the end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Backlog;

    fn tally(acknowledged: u64, refused: u64) -> Tally {
        Tally::of(acknowledged, refused)
    }

    const STILL: Course = Course {
        growth: 0.0,
        lag_growth: 0.0,
        last: Backlog {
            waiting: 100.0,
            lag: 0.1,
        },
    };

    #[test]
    fn a_steady_backlog_is_borne() {
        assert_eq!(fault(1_000.0, 60_000, &tally(60_000, 0), &STILL), None);
    }

    #[test]
    fn a_backlog_that_grows_is_not() {
        let course = Course {
            growth: 10.1,
            ..STILL
        };
        let said = fault(1_000.0, 60_000, &tally(60_000, 0), &course);
        assert_eq!(said.as_deref(), Some("10 more wait each second"));

        let course = Course {
            lag_growth: 0.5,
            ..STILL
        };
        assert!(fault(1_000.0, 60_000, &tally(60_000, 0), &course).is_some());
    }

    #[test]
    fn a_backlog_of_seconds_is_not_even_if_it_is_steady() {
        let mut course = STILL;
        course.last.waiting = 2_000.0;
        assert!(fault(1_000.0, 60_000, &tally(60_000, 0), &course).is_some());

        course.last.waiting = 1_999.0;
        assert_eq!(fault(1_000.0, 60_000, &tally(60_000, 0), &course), None);
    }

    #[test]
    fn nothing_may_be_refused_or_left_over() {
        assert!(fault(1_000.0, 60_000, &tally(59_999, 0), &STILL).is_some());
        assert!(fault(1_000.0, 60_000, &tally(60_000, 1), &STILL).is_some());
    }
}
