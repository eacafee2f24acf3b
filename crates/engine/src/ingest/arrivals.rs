//! How fast calls arrive.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// After a look that saw no burst, first and longest time until the next one; doubled each time.
const DOUBT: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(8));

/// Counts calls that were kept.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(AtomicU64);

impl Arrivals {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// So much in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speed {
    pub(crate) number: u64,
    pub(crate) time: Duration,
}

impl Speed {
    /// How much more it is than it would have been at the other speed.
    pub(crate) fn above(self, other: Self) -> u64 {
        let at_the_other =
            u128::from(other.number) * self.time.as_nanos() / other.time.as_nanos().max(1);
        self.number
            .saturating_sub(u64::try_from(at_the_other).unwrap_or(u64::MAX))
    }

    /// Whether it is more than a quarter above the other: less is chance, or what waited for a moment.
    fn is_well_above(self, other: Self) -> bool {
        u128::from(self.number) * other.time.as_nanos() * 4
            > u128::from(other.number) * self.time.as_nanos() * 5
    }
}

/// Says whether calls come in a burst: faster than they are kept while others are applied. That shows only
/// while nothing is applied, so one looks now and then. One look alone decides nothing: a flush that takes
/// long keeps calls from being kept, and then they come at once.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    certainty: Certainty,
    looks_again: Option<Instant>,
    doubt: Duration,
}

/// Whether there is a burst, as far as the last looks have shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Certainty {
    #[default]
    None,
    /// The last look contradicts what had been seen before.
    Uncertain,
    Burst,
}

impl Gauge {
    /// Whether it is known that there is a burst.
    pub(crate) fn is_burst(&self) -> bool {
        self.certainty == Certainty::Burst
    }

    /// Whether it is time to look.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.certainty == Certainty::Uncertain || self.looks_again.is_none_or(|at| now >= at)
    }

    /// Takes what was kept while nothing was applied, and while something was.
    pub(crate) fn saw(&mut self, quiet: Speed, busy: Speed, now: Instant) {
        let was = self.certainty;
        self.certainty = match (was, quiet.is_well_above(busy)) {
            (Certainty::None, true) | (Certainty::Burst, false) => Certainty::Uncertain,
            (_, true) => Certainty::Burst,
            (_, false) => Certainty::None,
        };
        if self.certainty == Certainty::None {
            self.doubt = (self.doubt * 2).clamp(DOUBT.0, DOUBT.1);
            self.looks_again = Some(now + self.doubt);
        }
    }

    /// Everything is applied, so whatever there was is over.
    pub(crate) const fn ends(&mut self) {
        self.certainty = Certainty::None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn speed(number: u64, milliseconds: u64) -> Speed {
        Speed {
            number,
            time: Duration::from_millis(milliseconds),
        }
    }

    const BUSY: Speed = speed(40, 10);

    const FASTER: Speed = speed(501, 100);
    const NOT_FASTER: Speed = speed(500, 100);

    /// A gauge that has seen one thing after the other at the same moment.
    fn after(looks: &[Speed], now: Instant) -> Gauge {
        let mut gauge = Gauge::default();
        for quiet in looks {
            gauge.saw(*quiet, BUSY, now);
        }
        gauge
    }

    #[test]
    fn a_burst_is_what_comes_faster_once_nothing_is_applied_two_times_running_until_it_does_not_two_times()
     {
        let now = Instant::now();
        for (looks, is_burst) in [
            (&[][..], false),
            (&[FASTER], false),
            (&[FASTER, NOT_FASTER, FASTER], false),
            (&[FASTER, FASTER], true),
            (&[FASTER, FASTER, NOT_FASTER, FASTER], true),
            (&[FASTER, FASTER, NOT_FASTER, NOT_FASTER], false),
        ] {
            assert_eq!(after(looks, now).is_burst(), is_burst, "{looks:?}");
        }
    }

    #[test]
    fn who_is_not_certain_looks_again_at_once() {
        let now = Instant::now();
        for (looks, is_due) in [
            (&[][..], true),
            (&[FASTER], true),
            (&[FASTER, FASTER, NOT_FASTER], true),
            (&[NOT_FASTER], false),
            (&[FASTER, NOT_FASTER], false),
            (&[FASTER, FASTER, NOT_FASTER, NOT_FASTER], false),
        ] {
            assert_eq!(after(looks, now).is_due(now), is_due, "{looks:?}");
        }
    }

    #[test]
    fn a_burst_is_over_when_everything_is_applied() {
        let begin = Instant::now();
        let mut gauge = after(&[FASTER, FASTER], begin);

        gauge.ends();

        assert!(!gauge.is_burst());
        assert!(gauge.is_due(begin), "the next one may begin at once");
    }

    #[test]
    fn above_is_what_would_not_have_come_at_the_other_speed() {
        for (this, other, above) in [
            (speed(500, 50), speed(400, 100), 300),
            (speed(200, 50), speed(400, 100), 0),
            (speed(100, 50), speed(400, 100), 0),
            (speed(0, 50), speed(0, 0), 0),
        ] {
            assert_eq!(this.above(other), above, "{this:?} {other:?}");
        }
    }

    #[test]
    fn who_sees_no_burst_looks_less_and_less_often() {
        let (mut gauge, mut now) = (Gauge::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..7 {
            gauge.saw(speed(1, 100), BUSY, now);
            let mut wait = Duration::ZERO;
            while !gauge.is_due(now + wait) {
                wait += Duration::from_millis(100);
            }
            waits.push(wait.as_millis());
            now += wait;
        }

        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    }
}
