//! How long those who call wait for the store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A moving average over the last calls.
#[derive(Debug, Default)]
pub(crate) struct Pace(AtomicU64);

impl Pace {
    /// Each new time counts for an eighth. Two that are told at once may count as one: it is an
    /// average, not a count.
    pub(crate) fn took(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX / 8);
        let average = self.0.load(Ordering::Relaxed);
        let average = average - average / 8 + time / 8;
        self.0.store(average, Ordering::Relaxed);
    }

    pub(crate) fn average(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_follows_what_is_told() {
        let pace = Pace::default();
        for _ in 0..100 {
            pace.took(Duration::from_millis(8));
        }
        let slow = pace.average();
        assert!(slow > Duration::from_millis(7), "{slow:?}");

        for _ in 0..100 {
            pace.took(Duration::from_micros(80));
        }
        assert!(pace.average() < Duration::from_micros(200));
    }
}
