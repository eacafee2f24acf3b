//! The rates that a hub was asked to bear.

use super::{Bar, Verdict};
use crate::metrics::StoreWork;
use crate::shares::Shares;

/// A search for the highest rate.
#[derive(Clone, Debug)]
pub(crate) struct Sustained {
    pub(crate) what: String,
    /// What the bare server has acknowledged in a second, in bursts between the steps.
    pub(crate) bare: f64,
    pub(crate) steps: Vec<Step>,
    /// The highest rate that was borne.
    pub(crate) best: Option<f64>,
    /// What its share of the bare server's rate has to be.
    pub(crate) bar: Bar,
}

/// A rate that was tried.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Webhooks a second.
    pub(crate) rate: f64,
    /// Why it was too much.
    pub(crate) fault: Option<String>,
    /// Milliseconds from when webhooks were due to their acknowledgement.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Webhooks that wait more in each second.
    pub(crate) growth: f64,
    /// Webhooks that were not applied when the last was acknowledged.
    pub(crate) waiting: f64,
    /// Seconds since the oldest of them came.
    pub(crate) lag: f64,
    /// Until all were applied.
    pub(crate) work: StoreWork,
    /// While webhooks came.
    pub(crate) shares: Shares,
}

pub(super) const COLUMNS: [&str; 7] = [
    "hub",
    "webhooks/s sustained",
    "of what the bare server acknowledges in bursts",
    "bare/s",
    "bar",
    "",
    "tried",
];

pub(super) const STEP_COLUMNS: [&str; 14] = [
    "hub",
    "webhooks/s",
    "",
    "p50 ms",
    "p99 ms",
    "backlog/s",
    "backlog, end",
    "lag s, end",
    "statements/message",
    "units/commit",
    "commits/1,000 messages",
    "hub / PostgreSQL / load / others %",
    "log flushes/1,000",
    "bound by",
];

impl Sustained {
    pub(super) fn verdict(&self) -> Verdict {
        self.ratio()
            .map_or(Verdict::Missed, |ratio| self.bar.verdict(ratio))
    }

    fn ratio(&self) -> Option<f64> {
        Some(self.best? / self.bare)
    }

    pub(super) fn row(&self) -> [String; 7] {
        let shown = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "–".to_owned(), |value| format!("**{value:.digits$}**"))
        };
        let tried: Vec<String> = self
            .steps
            .iter()
            .map(|step| {
                let mark = if step.fault.is_none() { "+" } else { "−" };
                format!("{:.0} {mark}", step.rate)
            })
            .collect();
        [
            self.what.clone(),
            shown(self.best, 0),
            shown(self.ratio(), 2),
            format!("{:.0}", self.bare),
            super::tables::limit(self.bar, ""),
            super::tables::named(self.verdict()),
            tried.join(", "),
        ]
    }

    pub(super) fn step_rows(&self, cores: f64) -> impl Iterator<Item = [String; 14]> {
        self.steps.iter().map(move |step| {
            let Step {
                rate,
                fault,
                p50,
                p99,
                growth,
                waiting,
                lag,
                work,
                shares,
            } = step;
            let per_cent = |share: f64| format!("{:.0}", share * 100.0);
            [
                self.what.clone(),
                format!("{rate:.0}"),
                fault.clone().unwrap_or_else(|| "borne".to_owned()),
                format!("{p50:.2}"),
                format!("{p99:.2}"),
                format!("{growth:+.1}"),
                format!("{waiting:.0}"),
                format!("{lag:.2}"),
                format!("{:.2}", work.statements / work.messages),
                format!("{:.1}", work.units / work.commits),
                format!("{:.0}", work.commits * 1e3 / work.messages),
                [
                    per_cent(shares.server),
                    shares.postgres.map_or_else(|| "–".to_owned(), per_cent),
                    per_cent(shares.generator),
                    per_cent(shares.others),
                ]
                .join(" / "),
                shares.flushes.map_or_else(
                    || "–".to_owned(),
                    |flushes| {
                        format!(
                            "{:.0}",
                            crate::statistics::real(flushes) * 1e3 / work.messages
                        )
                    },
                ),
                super::bound::of(shares, cores).to_owned(),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sustained(best: Option<f64>) -> Sustained {
        Sustained {
            what: "webhooks".to_owned(),
            bare: 20_000.0,
            steps: Vec::new(),
            best,
            bar: Bar::AtLeast(0.35),
        }
    }

    #[test]
    fn the_share_of_the_highest_rate_is_judged() {
        assert_eq!(sustained(Some(7_000.0)).verdict(), Verdict::Cleared);
        assert_eq!(sustained(Some(6_999.0)).verdict(), Verdict::Missed);
    }

    #[test]
    fn a_hub_that_bears_nothing_has_missed_the_bar() {
        assert_eq!(sustained(None).verdict(), Verdict::Missed);
    }
}
