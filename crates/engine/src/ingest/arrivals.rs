//! How fast calls arrive.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Time over which arrivals are counted.
const WINDOW: Duration = Duration::from_millis(100);

/// Counts calls that were kept.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(AtomicU64);

impl Arrivals {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// So much in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speed {
    number: u64,
    time: Duration,
}

impl Speed {
    pub(crate) fn of(number: usize, time: Duration) -> Self {
        Self {
            number: u64::try_from(number).unwrap_or(u64::MAX),
            time,
        }
    }

    fn is_above(self, other: Self) -> bool {
        u128::from(self.number) * other.time.as_nanos()
            > u128::from(other.number) * self.time.as_nanos()
    }
}

/// Says whether arrivals come in a burst.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    counted: Option<(Instant, u64)>,
    is_burst: bool,
}

impl Gauge {
    /// Looks once more: a burst is what comes faster than it can be applied. What a whole window says is
    /// believed until the next one has passed.
    pub(crate) fn look(&mut self, arrivals: &Arrivals, now: Instant, applying: Speed) -> bool {
        let total = arrivals.0.load(Ordering::Relaxed);
        let Some((since, before)) = self.counted else {
            self.counted = Some((now, total));
            return false;
        };
        let time = now.saturating_duration_since(since);
        if time >= WINDOW {
            let number = total.saturating_sub(before);
            self.is_burst = Speed { number, time }.is_above(applying);
            self.counted = Some((now, total));
        }
        self.is_burst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_seen_within_a_window_and_forgotten_within_another() {
        let (arrivals, mut gauge, begin) = (Arrivals::default(), Gauge::default(), Instant::now());
        let applying = Speed::of(50, Duration::from_millis(10));
        assert!(!gauge.look(&arrivals, begin, applying));
        for _ in 0..501 {
            arrivals.count();
        }

        assert!(
            !gauge.look(&arrivals, begin + WINDOW / 2, applying),
            "half a window says nothing"
        );
        assert!(gauge.look(&arrivals, begin + WINDOW, applying));

        assert!(!gauge.look(&arrivals, begin + WINDOW * 2, applying));
    }

    #[test]
    fn what_can_be_applied_as_fast_as_it_comes_is_no_burst() {
        let (arrivals, mut gauge, begin) = (Arrivals::default(), Gauge::default(), Instant::now());
        let applying = Speed::of(50, Duration::from_millis(10));
        gauge.look(&arrivals, begin, applying);
        for _ in 0..500 {
            arrivals.count();
        }

        assert!(!gauge.look(&arrivals, begin + WINDOW, applying));
    }
}
