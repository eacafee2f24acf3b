//! How fast calls arrive.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Calls a second that one writer cannot both keep and apply: a burst.
const BURST: u128 = 8_000;

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

/// Says whether arrivals come in a burst.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    counted: Option<(Instant, u64)>,
    is_burst: bool,
}

impl Gauge {
    /// Looks once more; what a whole window says is believed until the next one has passed.
    pub(crate) fn look(&mut self, arrivals: &Arrivals, now: Instant) -> bool {
        let total = arrivals.0.load(Ordering::Relaxed);
        let Some((since, before)) = self.counted else {
            self.counted = Some((now, total));
            return false;
        };
        let passed = now.saturating_duration_since(since);
        if passed >= WINDOW {
            let arrived = u128::from(total.saturating_sub(before));
            self.is_burst = arrived * 1_000 >= BURST * passed.as_millis();
            self.counted = Some((now, total));
        }
        self.is_burst
    }

    /// What the last look has said.
    pub(crate) const fn is_burst(&self) -> bool {
        self.is_burst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_seen_within_a_window_and_forgotten_within_another() {
        let (arrivals, mut gauge, begin) = (Arrivals::default(), Gauge::default(), Instant::now());
        assert!(!gauge.look(&arrivals, begin));
        for _ in 0..1_000 {
            arrivals.count();
        }

        assert!(
            !gauge.look(&arrivals, begin + WINDOW / 2),
            "half a window says nothing"
        );
        assert!(gauge.look(&arrivals, begin + WINDOW));
        assert!(gauge.is_burst());

        assert!(!gauge.look(&arrivals, begin + WINDOW * 2));
    }
}
