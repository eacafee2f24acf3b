//! What came of a load.

use std::time::Duration;

use crate::statistics::{percentile, real};

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Requests that were answered, well or not.
    pub(super) answered: u64,
    /// Those of them that were answered well and within the time.
    pub(super) in_time: u64,
    pub(super) elapsed: Duration,
    /// Microseconds from sending to the answer, sorted.
    pub(super) latencies: Vec<u32>,
    /// Microseconds from when a request was due to its answer, sorted; of schedules only.
    pub(super) delays: Vec<u32>,
    /// Numbers of the requests that were answered with an error; a closed loop stops at the first.
    pub(super) refused: Vec<u64>,
}

impl Tally {
    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        real(self.in_time) / self.elapsed.as_secs_f64()
    }

    /// The time, in milliseconds, that `per_cent` of the answers did not exceed.
    pub(crate) fn latency(&self, per_cent: usize) -> f64 {
        f64::from(percentile(&self.latencies, per_cent)) / 1_000.0
    }

    /// The same, from when the request was due: what a sender feels whom no busy connection holds
    /// back.
    pub(crate) fn delay(&self, per_cent: usize) -> f64 {
        f64::from(percentile(&self.delays, per_cent)) / 1_000.0
    }

    pub(crate) const fn in_time(&self) -> u64 {
        self.in_time
    }

    pub(crate) fn refused(&self) -> &[u64] {
        &self.refused
    }

    /// So many answers that were as they should be, and so many that were not.
    #[cfg(test)]
    pub(crate) fn of(in_time: u64, refused: u64) -> Self {
        Self {
            answered: in_time + refused,
            in_time,
            refused: (0..refused).collect(),
            ..Self::default()
        }
    }

    /// Notes an answer that was as it should be.
    pub(super) fn note(&mut self, since_sent: Duration) {
        self.in_time += 1;
        self.latencies.push(micros(since_sent));
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.answered += other.answered;
        self.in_time += other.in_time;
        self.latencies.extend(other.latencies);
        self.delays.extend(other.delays);
        self.refused.extend(other.refused);
    }

    /// What all connections together came to.
    pub(super) fn finished(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self.latencies.sort_unstable();
        self.delays.sort_unstable();
        self.refused.sort_unstable();
        self
    }
}

/// Whole microseconds; longer than an hour is an hour.
pub(super) fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}
