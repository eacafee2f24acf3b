//! Looks at a hub's backlog while it is under load.

use std::net::SocketAddr;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::metrics::{Backlog, Metrics};
use crate::trend::{Point, slope};

/// A backlog at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Seconds since the beginning.
    at: f64,
    backlog: Backlog,
}

/// A thread that looks again and again.
#[derive(Debug)]
pub(super) struct Watch {
    end: Sender<()>,
    thread: JoinHandle<anyhow::Result<Vec<Look>>>,
}

impl Watch {
    pub(super) fn begin(hub: SocketAddr, every: Duration) -> Self {
        let (end, ended) = mpsc::channel();
        let begin = Instant::now();
        let thread = std::thread::spawn(move || {
            let mut looks = Vec::new();
            loop {
                let is_last = ended.recv_timeout(every) != Err(RecvTimeoutError::Timeout);
                looks.push(Look {
                    at: begin.elapsed().as_secs_f64(),
                    backlog: Metrics::of(hub)?.backlog()?,
                });
                if is_last {
                    return Ok(looks);
                }
            }
        });
        Self { end, thread }
    }

    /// Looks a last time.
    pub(super) fn end(self) -> anyhow::Result<Vec<Look>> {
        drop(self.end);
        self.thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// How a backlog developed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Course {
    /// Webhooks more in each second.
    pub(super) growth: f64,
    /// Seconds of lag more in each second.
    pub(super) lag_growth: f64,
    /// In the end.
    pub(super) last: Backlog,
}

/// Leaves out the first third, in which caches fill and batches find their size.
pub(super) fn course(looks: &[Look]) -> Option<Course> {
    let last = looks.last()?;
    let settled: Vec<_> = looks
        .iter()
        .filter(|look| look.at * 3.0 >= last.at)
        .collect();
    let growth = |of: fn(&Backlog) -> f64| {
        let points: Vec<Point> = settled
            .iter()
            .map(|look| Point {
                at: look.at,
                value: of(&look.backlog),
            })
            .collect();
        slope(&points)
    };
    Some(Course {
        growth: growth(|backlog| backlog.waiting)?,
        lag_growth: growth(|backlog| backlog.lag)?,
        last: last.backlog,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(at: f64, waiting: f64, lag: f64) -> Look {
        Look {
            at,
            backlog: Backlog { waiting, lag },
        }
    }

    #[test]
    fn the_first_third_does_not_count() {
        let looks = [
            look(1.0, 9_000.0, 9.0),
            look(19.0, 9_000.0, 9.0),
            look(20.0, 100.0, 0.5),
            look(40.0, 120.0, 0.5),
            look(60.0, 140.0, 0.5),
        ];

        let course = course(&looks).unwrap();

        assert!((course.growth - 1.0).abs() < 1e-9, "{course:?}");
        assert!(course.lag_growth.abs() < 1e-9, "{course:?}");
        assert_eq!(course.last, looks[4].backlog);
    }

    #[test]
    fn one_look_is_no_course() {
        assert_eq!(course(&[]), None);
        assert_eq!(course(&[look(60.0, 1.0, 0.1)]), None);
    }
}
