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
    /// Both, one after the other.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            number: self.number.saturating_add(other.number),
            time: self.time.saturating_add(other.time),
        }
    }

    /// Whether it is more than a quarter above the other: less is chance, or what waited for a moment.
    fn is_well_above(self, other: Self) -> bool {
        u128::from(self.number) * other.time.as_nanos() * 4
            > u128::from(other.number) * self.time.as_nanos() * 5
    }
}

/// Says whether calls come in a burst: faster than they are kept while others are applied. That shows only
/// while nothing is applied, so one looks now and then.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    is_burst: bool,
    looks_again: Option<Instant>,
    doubt: Duration,
}

impl Gauge {
    /// Whether it is known that there is a burst.
    pub(crate) const fn is_burst(&self) -> bool {
        self.is_burst
    }

    /// Whether it is time to look.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.looks_again.is_none_or(|at| now >= at)
    }

    /// Takes what was kept while nothing was applied, and while something was.
    pub(crate) fn saw(&mut self, quiet: Speed, busy: Speed, now: Instant) {
        self.is_burst = quiet.is_well_above(busy);
        if !self.is_burst {
            self.doubt = (self.doubt * 2).clamp(DOUBT.0, DOUBT.1);
            self.looks_again = Some(now + self.doubt);
        }
    }

    /// Everything is applied, so whatever there was is over.
    pub(crate) const fn ends(&mut self) {
        self.is_burst = false;
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

    #[test]
    fn a_burst_is_what_comes_faster_once_nothing_is_applied_and_lasts_until_it_does_not() {
        let (mut gauge, begin) = (Gauge::default(), Instant::now());
        assert!(gauge.is_due(begin) && !gauge.is_burst());

        gauge.saw(speed(501, 100), BUSY, begin);
        assert!(gauge.is_burst());

        gauge.saw(speed(500, 100), BUSY, begin);
        assert!(!gauge.is_burst());
    }

    #[test]
    fn a_burst_is_over_when_everything_is_applied() {
        let (mut gauge, begin) = (Gauge::default(), Instant::now());
        gauge.saw(speed(501, 100), BUSY, begin);

        gauge.ends();

        assert!(!gauge.is_burst());
        assert!(gauge.is_due(begin), "the next one may begin at once");
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
