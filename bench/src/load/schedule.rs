//! When requests are due.

use std::time::Duration;

/// Requests at even distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// A second; never zero.
    rate: u64,
    count: u64,
}

impl Schedule {
    /// As many as fit into `lasting` at `rate` requests a second; a rate of zero is one.
    pub(crate) fn of(rate: u64, lasting: Duration) -> Self {
        let rate = rate.max(1);
        let millis = u64::try_from(lasting.as_millis()).unwrap_or(u64::MAX);
        Self {
            rate,
            count: rate.saturating_mul(millis) / 1_000,
        }
    }

    /// No more than `limit` of them.
    pub(crate) fn up_to(self, limit: u64) -> Self {
        Self {
            count: self.count.min(limit),
            ..self
        }
    }

    pub(crate) const fn count(self) -> u64 {
        self.count
    }

    /// When the request with that index is due, from the beginning; `None` after the last.
    pub(crate) fn due(self, index: u64) -> Option<Duration> {
        if index >= self.count {
            return None;
        }
        // In two parts: nanoseconds times the index would overflow within the hour.
        let whole = Duration::from_secs(index / self.rate);
        let rest = (index % self.rate) * 1_000_000_000 / self.rate;
        Some(whole + Duration::from_nanos(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_due_at_even_distances_from_the_beginning() {
        let schedule = Schedule::of(4, Duration::from_millis(1_500));

        assert_eq!(schedule.count(), 6);
        assert_eq!(schedule.due(0), Some(Duration::ZERO));
        assert_eq!(schedule.due(1), Some(Duration::from_millis(250)));
        assert_eq!(schedule.due(5), Some(Duration::from_millis(1_250)));
        assert_eq!(schedule.due(6), None);
        assert_eq!(schedule.up_to(2).due(2), None);
        assert_eq!(schedule.up_to(20), schedule);
    }

    #[test]
    fn distances_that_are_no_whole_nanoseconds_do_not_add_up_to_an_error() {
        let schedule = Schedule::of(7_001, Duration::from_mins(10));

        assert_eq!(schedule.due(7_001 * 599), Some(Duration::from_secs(599)));
        assert_eq!(schedule.due(1), Some(Duration::from_nanos(142_836)));
    }

    #[test]
    fn every_request_is_due_before_the_end() {
        for rate in [1, 3, 999, 60_000] {
            let schedule = Schedule::of(rate, Duration::from_secs(2));
            let last = schedule.due(schedule.count() - 1);

            assert!(last.is_some_and(|due| due < Duration::from_secs(2)));
        }
    }

    #[test]
    fn no_rate_is_too_small() {
        assert_eq!(Schedule::of(0, Duration::from_secs(5)).count(), 5);
    }
}
