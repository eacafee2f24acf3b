//! Who has used the processors, and for how long.

use std::fs;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::statistics::real;

/// Linux counts processor time for programs in hundredths of a second.
const A_SECOND: f64 = 100.0;

/// How long to look before the machine is called quiet.
const LOOK: Duration = Duration::from_secs(2);

/// The share of one core that may be busy on a quiet machine.
const QUIET: f64 = 0.1;

/// Processor time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub(crate) struct Ticks(u64);

impl Ticks {
    pub(crate) fn seconds(self) -> f64 {
        real(self.0) / A_SECOND
    }

    /// What a process and its threads have used so far.
    pub(crate) fn of_process(id: u32) -> anyhow::Result<Self> {
        let path = format!("/proc/{id}/stat");
        let stat = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        in_stat(&stat).with_context(|| format!("{path} has no processor times"))
    }
}

impl Add for Ticks {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// Never less than nothing: the kernel's sums lag behind each other by a tick or two.
impl Sub for Ticks {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Ticks {
    fn sum<I: Iterator<Item = Self>>(ticks: I) -> Self {
        ticks.fold(Self::default(), Add::add)
    }
}

/// What all processes, and the host for other machines, have taken of all cores so far.
pub(crate) fn busy() -> anyhow::Result<Ticks> {
    let stat = fs::read_to_string("/proc/stat")?;
    in_total(&stat).context("/proc/stat has no processor times")
}

/// Waits for other programs to leave the machine alone, for as long as `patience` lasts. Gives the
/// share of one core that was busy in the end.
pub(crate) fn wait_until_quiet(patience: Duration) -> anyhow::Result<f64> {
    let begin = Instant::now();
    loop {
        let before = busy()?;
        std::thread::sleep(LOOK);
        let share = (busy()? - before).seconds() / LOOK.as_secs_f64();
        if share < QUIET || begin.elapsed() >= patience {
            return Ok(share);
        }
    }
}

/// User and system time; the name before them may have blanks in it.
fn in_stat(stat: &str) -> Option<Ticks> {
    let (_name, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_ascii_whitespace().skip(11);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    Some(Ticks(user + system))
}

/// User, nice, system and steal. Interrupts are left out: they are nobody's in particular.
fn in_total(stat: &str) -> Option<Ticks> {
    let times: Vec<u64> = stat
        .lines()
        .next()?
        .split_ascii_whitespace()
        .skip(1)
        .map(|time| time.parse().ok())
        .collect::<Option<_>>()?;
    let [user, nice, system, _idle, _disk, _irq, _softirq, steal, ..] = times.as_slice() else {
        return None;
    };
    Some(Ticks(user + nice + system + steal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_move_the_times() {
        let stat = "42 (a (strange) name) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 4 0 9";

        assert_eq!(in_stat(stat), Some(Ticks(300)));
        assert_eq!(in_stat("42 (short) S 1"), None);
    }

    #[test]
    fn idle_time_and_interrupts_are_not_work() {
        let stat = "cpu  10 20 30 4000 500 60 70 8 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n";

        assert_eq!(in_total(stat), Some(Ticks(68)));
        assert_eq!(in_total("cpu  10 20"), None);
    }
}
