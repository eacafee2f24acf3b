//! How fast envelopes are applied: the more there are the more together, and in a burst later.

use std::time::Duration;

use tokio::time::Instant;

use super::arrivals::{Gauge, Speed};

/// Envelopes that are applied in one unit of work: enough to share the cost of a commit and of the pages
/// that it touches, few enough that others who want to write wait for a fraction of a second.
pub(super) const TOGETHER: usize = 4096;

/// Longest time for which applying lets envelopes gather after a unit that was not full. The first one
/// after a pause is applied at once.
const GATHERS: Duration = Duration::from_millis(50);

/// Where fewer come at a time, nobody waits for their sake.
const MANY: usize = 256;

/// How long applying makes way until everything is applied again, all pauses together. Providers wait only
/// seconds for their answer, and what was answered is durable. Where calls never stop, applying has to keep
/// up instead.
const PATIENCE: Duration = Duration::from_secs(4);

/// In a burst, how much longer than it works applying leaves cores and disk to those who wait.
const MAKES_WAY: u32 = 10;

/// How long it makes way to see whether there is a burst, each of the two times.
const LOOKS: Duration = Duration::from_millis(100);

/// So long it takes as a rule until those are kept who had to wait while it worked. What comes after that is what
/// comes where nobody waits.
pub(super) const HELD_UP: Duration = Duration::from_millis(50);

/// Longest time it makes way before it works again.
const LONGEST_WAY: Duration = Duration::from_secs(1);

/// A unit of work that was applied.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Work {
    pub(super) envelopes: usize,
    pub(super) took: Duration,
    /// Calls that were kept meanwhile.
    pub(super) kept: u64,
}

/// When to go on.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Work,
    gauge: Gauge,
    /// How long it has made way since everything was applied.
    impatience: Duration,
}

impl Pace {
    pub(super) const fn applied(&mut self, work: Work) {
        self.last = work;
    }

    /// How long to let envelopes gather: small units cost more for each message, so the busier it is, the
    /// larger they get.
    pub(super) fn gathers(&self) -> Duration {
        if self.last.envelopes < TOGETHER {
            self.last.took.min(GATHERS)
        } else {
            Duration::ZERO
        }
    }

    /// How long to make way. In a burst, those who wait for an answer come first, for a while: they share the
    /// cores and the disk, if not the database, with what is applied.
    pub(super) fn way(&self, now: Instant) -> Duration {
        if self.last.envelopes < MANY {
            return Duration::ZERO;
        }
        let way = if self.gauge.is_burst() {
            (self.last.took * MAKES_WAY).min(LONGEST_WAY)
        } else if self.gauge.is_due(now) {
            LOOKS
        } else {
            Duration::ZERO
        };
        way.min(PATIENCE.saturating_sub(self.impatience))
    }

    /// Way was made: so much was kept of what had waited, and so much after that.
    ///
    /// A burst is where more is kept afterwards than came while it worked. What came is what was kept, and what
    /// had to wait and was then kept faster than what comes by itself.
    pub(super) fn made_way(&mut self, way: Duration, held_up: Speed, quiet: Speed, now: Instant) {
        self.impatience += way;
        let worked = Speed {
            number: self.last.kept + held_up.above(quiet),
            time: self.last.took,
        };
        self.gauge.saw(quiet, worked, now);
    }

    /// Everything is applied: whatever there was is over.
    pub(super) const fn catches_up(&mut self) {
        self.impatience = Duration::ZERO;
        self.gauge.ends();
    }

    /// Nothing has come for a while: the next burst is looked for at once.
    pub(super) fn forgets(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Work = Work {
        envelopes: MANY,
        took: Duration::from_millis(40),
        kept: 400,
    };

    fn kept(each_second: u64, time: Duration) -> Speed {
        let number = u128::from(each_second) * time.as_nanos() / 1_000_000_000;
        Speed {
            number: u64::try_from(number).expect("it is a small number"),
            time,
        }
    }

    /// Makes way as long as it is to, with so many calls kept in each second; says how long that was.
    fn makes_way(pace: &mut Pace, work: Work, each_second: u64) -> Vec<u128> {
        let (mut ways, mut now) = (Vec::new(), Instant::now());
        for _ in 0..20 {
            pace.applied(work);
            now += work.took;
            let way = pace.way(now);
            ways.push(way.as_millis());
            if way.is_zero() {
                continue;
            }
            now += way;
            let held_up = HELD_UP.min(way / 2);
            let quiet = way.saturating_sub(held_up);
            pace.made_way(
                way,
                kept(each_second, held_up),
                kept(each_second, quiet),
                now,
            );
        }
        ways.retain(|way| *way > 0);
        ways
    }

    #[test]
    fn in_a_burst_it_makes_way_ten_times_as_long_as_it_works_until_its_patience_is_at_its_end() {
        let mut pace = Pace::default();

        let ways = makes_way(&mut pace, WORK, 20_000);

        assert_eq!(
            ways,
            [100, 100, 400, 400, 400, 400, 400, 400, 400, 400, 400, 200]
        );
        pace.catches_up();
        assert!(!makes_way(&mut pace, WORK, 20_000).is_empty());
    }

    #[test]
    fn it_never_makes_way_for_longer_than_a_second_at_a_time() {
        let slow = Work {
            took: Duration::from_millis(400),
            kept: 4_000,
            ..WORK
        };

        let ways = makes_way(&mut Pace::default(), slow, 20_000);

        assert_eq!(ways, [100, 100, 1_000, 1_000, 1_000, 800]);
    }

    #[test]
    fn where_calls_do_not_come_faster_without_it_it_only_looks_now_and_then() {
        let ways = makes_way(&mut Pace::default(), WORK, 10_000);

        // In 20 units of 40 ms: at once, and after half a second.
        assert_eq!(ways, [100, 100]);
    }

    #[test]
    fn calls_that_only_had_to_wait_while_it_worked_are_no_burst() {
        let mut pace = Pace::default();
        let now = Instant::now();
        // 8,000 come each second. While it worked for 400 ms, 800 of 3,200 had to wait.
        pace.applied(Work {
            envelopes: 3_000,
            took: Duration::from_millis(400),
            kept: 2_400,
        });
        let held_up = Speed {
            number: 800 + 400,
            time: HELD_UP,
        };

        pace.made_way(LOOKS, held_up, kept(8_000, HELD_UP), now);

        assert_eq!(pace.way(now), Duration::ZERO);
    }

    #[test]
    fn few_at_a_time_make_it_look_for_nothing() {
        let few = Work {
            envelopes: MANY - 1,
            ..WORK
        };

        assert!(makes_way(&mut Pace::default(), few, 20_000).is_empty());
    }

    #[test]
    fn envelopes_gather_for_as_long_as_the_last_ones_took_unless_they_were_all_that_fit() {
        let mut pace = Pace::default();
        for (envelopes, took, gathers) in [(1, 2, 2), (500, 300, 50), (TOGETHER, 300, 0)] {
            pace.applied(Work {
                envelopes,
                took: Duration::from_millis(took),
                kept: 0,
            });

            assert_eq!(pace.gathers(), Duration::from_millis(gathers));
        }
    }
}
