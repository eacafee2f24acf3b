//! Dying or failing on purpose, for the crash suite. Compiled in with the feature `fail-points` only,
//! which no release has.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail};
use switchboard_engine::{FailPoint, FailPoints, StorageError};

/// The environment variable that plans one accident: `apply.in_unit:abort:3` dies the third time that a
/// unit of work has applied envelopes, `accept.before:error:1` fails the first call, and
/// `apply.in_unit:error:1-6` the first six times.
const VARIABLE: &str = "TESTING_FAIL_POINT";

/// What happens at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// The process ends on the spot: nothing is cleaned up, nothing more is written.
    Abort,
    /// The step fails as if the database had refused.
    Error,
}

/// One accident.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plan {
    point: FailPoint,
    action: Action,
    /// At which arrivals at the place, from 1.
    hits: RangeInclusive<u32>,
}

impl Plan {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut parts = text.split(':');
        let (Some(point), Some(action), Some(hit), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            bail!("{VARIABLE} must be point:action:hit, like apply.in_unit:abort:3");
        };
        let (first, last) = hit.split_once('-').unwrap_or((hit, hit));
        let number = |text: &str| {
            text.parse()
                .with_context(|| format!("{VARIABLE} counts hits in numbers, not {text:?}"))
        };
        let names = FailPoint::ALL.map(FailPoint::as_str).join(", ");
        Ok(Self {
            point: FailPoint::parse(point).with_context(|| {
                format!("{VARIABLE} names no fail point with {point:?}; there are {names}")
            })?,
            action: match action {
                "abort" => Action::Abort,
                "error" => Action::Error,
                _ => bail!("{VARIABLE} can abort or error, not {action:?}"),
            },
            hits: number(first)?..=number(last)?,
        })
    }
}

/// What the environment plans; nothing if it says nothing.
pub(crate) fn from_environment() -> anyhow::Result<FailPoints> {
    #[expect(
        clippy::disallowed_methods,
        reason = "not a setting of the hub: no release knows it"
    )]
    let planned = std::env::var(VARIABLE);
    let Ok(planned) = planned else {
        return Ok(FailPoints::default());
    };
    let plan = Plan::parse(&planned)?;
    let hits = AtomicU32::new(0);
    Ok(FailPoints::new(move |point| {
        if point != plan.point
            || !plan
                .hits
                .contains(&(hits.fetch_add(1, Ordering::SeqCst) + 1))
        {
            return Ok(());
        }
        match plan.action {
            Action::Abort => std::process::abort(),
            Action::Error => Err(StorageError::unavailable(format!(
                "the plan is to fail at {}",
                point.as_str()
            ))),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_names_place_action_and_hit() {
        for point in FailPoint::ALL {
            let plan = Plan::parse(&format!("{}:abort:3", point.as_str())).unwrap();

            assert_eq!(
                (plan.point, plan.action, plan.hits),
                (point, Action::Abort, 3..=3)
            );
        }
    }

    #[test]
    fn a_plan_can_go_on_for_several_hits() {
        let plan = Plan::parse("apply.in_unit:error:2-5").unwrap();

        assert_eq!(plan.hits, 2..=5);
    }

    #[test]
    fn a_plan_that_makes_no_sense_is_refused() {
        for plan in [
            "",
            "apply.read",
            "apply.read:abort",
            "nowhere:abort:1",
            "apply.read:sing:1",
            "apply.read:error:x",
            "apply.read:error:1-x",
            "apply.read:error:1:1",
        ] {
            assert!(Plan::parse(plan).is_err(), "{plan}");
        }
    }
}
