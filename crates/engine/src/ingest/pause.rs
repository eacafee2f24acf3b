//! Pausing between units of work.

use std::time::Duration;

use tokio::time::Instant;

use super::arrivals::Speed;
use super::pace::{HELD_UP, Pace};
use crate::Engine;

impl Engine {
    /// Lets envelopes gather, or makes way for those who wait for an answer.
    pub(super) async fn pause(&self, pace: &mut Pace) {
        let way = pace.way(Instant::now());
        if way.is_zero() {
            let gathers = pace.gathers();
            if !gathers.is_zero() {
                tokio::time::sleep(gathers).await;
            }
            return;
        }
        // First come those who have waited while the last ones were applied.
        let held_up = self.kept_within(HELD_UP.min(way / 2)).await;
        let quiet = self.kept_within(way.saturating_sub(held_up.time)).await;
        pace.made_way(way, held_up, quiet, Instant::now());
    }

    /// Waits, and says how many calls were kept meanwhile.
    async fn kept_within(&self, time: Duration) -> Speed {
        let (before, begun) = (self.0.arrivals.total(), Instant::now());
        tokio::time::sleep(time).await;
        Speed {
            number: self.0.arrivals.total().saturating_sub(before),
            time: begun.elapsed(),
        }
    }
}
