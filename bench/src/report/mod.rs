//! What was measured, as tables.

mod bound;
mod document;
mod pages;
mod sustained;
mod tables;

pub(crate) use document::write_into;
pub(crate) use pages::{Pages, Timing};
pub(crate) use sustained::{Step, Sustained};

use crate::rounds::Round;
use crate::statistics::Spread;

/// What a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bar {
    AtLeast(f64),
    Above(f64),
    Below(f64),
    /// Anything: it is shown for context.
    None,
}

/// The hub and a bare server that have taken turns.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) what: String,
    pub(crate) against: String,
    pub(crate) bar: Bar,
    pub(crate) rounds: Vec<Round>,
}

/// Something that was measured of the hub alone.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) bar: Bar,
    pub(crate) spread: Spread,
}

/// A run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// Name and value.
    pub(crate) machine: Vec<(String, String)>,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) sustained: Vec<Sustained>,
    pub(crate) pages: Vec<Pages>,
    /// Of the machine.
    pub(crate) cores: f64,
    /// Name and value.
    counts: Vec<(String, String)>,
}

impl Report {
    pub(crate) fn count(&mut self, what: &str, value: String) {
        self.counts.push((what.to_owned(), value));
    }

    /// Whether no bar was missed.
    pub(crate) fn is_passed(&self) -> bool {
        let comparisons = self.comparisons.iter().map(Comparison::verdict);
        let figures = self.figures.iter().map(Figure::verdict);
        let sustained = self.sustained.iter().map(Sustained::verdict);
        comparisons
            .chain(figures)
            .chain(sustained)
            .chain(self.pages.iter().map(Pages::verdict))
            .all(|verdict| verdict != Verdict::Missed)
    }
}

/// How a figure stands to its bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Cleared,
    Missed,
    /// There is no bar.
    Context,
}

impl Comparison {
    /// Ratios of the rounds.
    fn spread(&self) -> Option<Spread> {
        Spread::of(self.rounds.iter().map(Round::ratio))
    }

    /// The median counts: one round may be disturbed.
    fn verdict(&self) -> Verdict {
        self.spread()
            .map_or(Verdict::Missed, |spread| self.bar.verdict(spread.median))
    }
}

impl Figure {
    /// The worst counts.
    fn verdict(&self) -> Verdict {
        self.bar.verdict(self.spread.greatest)
    }
}

impl Bar {
    fn verdict(self, value: f64) -> Verdict {
        let is_cleared = match self {
            Self::AtLeast(least) => value >= least,
            Self::Above(limit) => value > limit,
            Self::Below(limit) => value < limit,
            Self::None => return Verdict::Context,
        };
        if is_cleared {
            Verdict::Cleared
        } else {
            Verdict::Missed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(greatest: f64) -> Figure {
        Figure {
            what: "memory".to_owned(),
            unit: "MB",
            bar: Bar::Below(30.0),
            spread: Spread {
                median: 20.0,
                least: 10.0,
                greatest,
            },
        }
    }

    #[test]
    fn a_figure_is_judged_by_its_worst_value() {
        assert_eq!(memory(29.9).verdict(), Verdict::Cleared);
        assert_eq!(memory(30.0).verdict(), Verdict::Missed);
    }

    #[test]
    fn one_missed_bar_fails_the_run() {
        let mut report = Report {
            figures: vec![memory(29.9)],
            ..Report::default()
        };
        assert!(report.is_passed());

        report.figures.push(memory(31.0));
        assert!(!report.is_passed());
    }

    #[test]
    fn a_comparison_without_rounds_has_missed_its_bar() {
        let report = Report {
            comparisons: vec![Comparison {
                what: "nothing".to_owned(),
                against: "nothing".to_owned(),
                bar: Bar::Above(1.0),
                rounds: Vec::new(),
            }],
            ..Report::default()
        };

        assert!(!report.is_passed());
    }

    #[test]
    fn a_bar_may_or_may_not_be_touched() {
        assert_eq!(Bar::AtLeast(0.4).verdict(0.4), Verdict::Cleared);
        assert_eq!(Bar::Above(1.0).verdict(1.0), Verdict::Missed);
        assert_eq!(Bar::Below(1.0).verdict(1.0), Verdict::Missed);
        assert_eq!(Bar::None.verdict(f64::MAX), Verdict::Context);
    }
}
