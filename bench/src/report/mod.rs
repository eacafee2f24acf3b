//! What was measured, as tables.

mod document;
mod tables;

pub(crate) use document::write_into;

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
    /// Name and value.
    counts: Vec<(String, String)>,
}

impl Report {
    pub(crate) fn count(&mut self, what: &str, value: String) {
        self.counts.push((what.to_owned(), value));
    }

    /// Whether no bar was missed.
    pub(crate) fn is_passed(&self) -> bool {
        let comparisons = self
            .comparisons
            .iter()
            .all(|comparison| comparison.is_passed());
        comparisons && self.figures.iter().all(Figure::is_passed)
    }
}

impl Comparison {
    /// Ratios of the rounds.
    fn spread(&self) -> Option<Spread> {
        Spread::of(self.rounds.iter().map(Round::ratio))
    }

    /// The median counts: one round may be disturbed.
    fn is_passed(&self) -> bool {
        self.spread()
            .is_some_and(|spread| self.bar.is_cleared_by(spread.median))
    }
}

impl Figure {
    /// The worst counts.
    fn is_passed(&self) -> bool {
        self.bar.is_cleared_by(self.spread.greatest)
    }
}

impl Bar {
    fn is_cleared_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::Above(limit) => value > limit,
            Self::Below(limit) => value < limit,
            Self::None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_judged_by_its_worst_value() {
        let mut figure = Figure {
            what: "memory".to_owned(),
            unit: "MB",
            bar: Bar::Below(30.0),
            spread: Spread {
                median: 20.0,
                least: 10.0,
                greatest: 29.9,
            },
        };
        assert!(figure.is_passed());

        figure.spread.greatest = 30.0;
        assert!(!figure.is_passed());
    }

    #[test]
    fn a_bar_may_or_may_not_be_touched() {
        assert!(Bar::AtLeast(0.4).is_cleared_by(0.4));
        assert!(!Bar::Above(1.0).is_cleared_by(1.0));
        assert!(!Bar::Below(1.0).is_cleared_by(1.0));
        assert!(Bar::None.is_cleared_by(f64::MAX));
    }
}
