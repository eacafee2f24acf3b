//! What a page of a list takes in databases of different sizes.

use super::tables::{limit, named};
use super::{Bar, Verdict};
use crate::shares::Shares;
use crate::statistics::Spread;

/// One list in databases from small to large.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) what: String,
    /// What is counted: `conversations`.
    pub(crate) of: &'static str,
    /// How many there are, and what a page takes then.
    pub(crate) times: Vec<(u64, Timing)>,
    /// How much longer the slowest may take than the quickest.
    pub(crate) flat: Bar,
    /// Milliseconds that a page may take in the largest.
    pub(crate) largest: Bar,
}

/// Many requests, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// As the server says itself; otherwise as the client sees it.
    pub(crate) by_server: bool,
    /// While they were asked.
    pub(crate) shares: Shares,
}

pub(super) const COLUMNS: [&str; 8] = [
    "list",
    "median ms, by size",
    "p99 ms",
    "slowest / quickest",
    "bar",
    "bar of the largest",
    "",
    "clock; busy: hub / PostgreSQL / load / others %; bound by, in the largest",
];

impl Pages {
    /// How much longer the slowest takes than the quickest.
    fn ratio(&self) -> Option<f64> {
        let spread = Spread::of(self.times.iter().map(|(_, timing)| timing.p50))?;
        Some(spread.greatest / spread.least)
    }

    pub(super) fn verdict(&self) -> Verdict {
        let (Some(ratio), Some((_, largest))) = (self.ratio(), self.times.last()) else {
            return Verdict::Missed;
        };
        let both = [self.flat.verdict(ratio), self.largest.verdict(largest.p50)];
        [Verdict::Missed, Verdict::Cleared]
            .into_iter()
            .find(|verdict| both.contains(verdict))
            .unwrap_or(Verdict::Context)
    }

    pub(super) fn row(&self) -> [String; 8] {
        let by_size = |of: fn(&Timing) -> f64| {
            let shown: Vec<_> = self
                .times
                .iter()
                .map(|(_, timing)| format!("{:.2}", of(timing)))
                .collect();
            shown.join(" · ")
        };
        let sizes: Vec<_> = self.times.iter().map(|(size, _)| grouped(*size)).collect();
        [
            self.what.clone(),
            format!(
                "**{}** at {} {}",
                by_size(|timing| timing.p50),
                sizes.join(" · "),
                self.of
            ),
            by_size(|timing| timing.p99),
            self.ratio()
                .map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}")),
            limit(self.flat, ""),
            limit(self.largest, "ms"),
            named(self.verdict()),
            self.times
                .last()
                .map_or_else(String::new, |(_, timing)| timing.bound()),
        ]
    }
}

impl Timing {
    /// One request at a time keeps one of them busy: who that is, or that nobody is.
    fn bound(&self) -> String {
        let Shares {
            server,
            postgres,
            generator,
            others,
            ..
        } = self.shares;
        let clock = if self.by_server { "server" } else { "client" };
        let per_cent = |share: f64| format!("{:.0}", share * 100.0);
        let shares = [
            per_cent(server),
            postgres.map_or_else(|| "–".to_owned(), per_cent),
            per_cent(generator),
            per_cent(others),
        ];
        let database = postgres.unwrap_or_default();
        let by = if server + database < 0.4 {
            "waiting, between processes or for the disk"
        } else if database > server {
            "PostgreSQL's work"
        } else {
            "the hub's work"
        };
        format!("{clock}; {}; {by}", shares.join(" / "))
    }
}

/// 1,000,000
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(medians: &[f64], largest: Bar) -> Pages {
        Pages {
            what: "list".to_owned(),
            of: "rows",
            times: (1..)
                .zip(medians)
                .map(|(size, p50)| {
                    let timing = Timing {
                        p50: *p50,
                        p99: *p50,
                        by_server: true,
                        shares: Shares::default(),
                    };
                    (size, timing)
                })
                .collect(),
            flat: Bar::Below(2.0),
            largest,
        }
    }

    #[test]
    fn a_list_that_takes_twice_as_long_is_not_flat() {
        assert_eq!(
            pages(&[0.5, 0.4, 0.7], Bar::None).verdict(),
            Verdict::Cleared
        );
        assert_eq!(
            pages(&[0.5, 0.4, 0.8], Bar::None).verdict(),
            Verdict::Missed
        );
    }

    #[test]
    fn the_largest_database_has_a_bar_of_its_own() {
        assert_eq!(
            pages(&[1.5, 1.9], Bar::Below(2.0)).verdict(),
            Verdict::Cleared
        );
        assert_eq!(
            pages(&[1.9, 2.1], Bar::Below(2.0)).verdict(),
            Verdict::Missed
        );
        assert_eq!(
            pages(&[2.1, 1.9], Bar::Below(2.0)).verdict(),
            Verdict::Cleared
        );
    }

    #[test]
    fn what_was_not_measured_has_missed_its_bar() {
        assert_eq!(pages(&[], Bar::None).verdict(), Verdict::Missed);
    }

    #[test]
    fn numbers_are_grouped_by_threes() {
        let shown = [7, 100, 1_000, 100_000, 1_000_000].map(grouped);

        assert_eq!(shown, ["7", "100", "1,000", "100,000", "1,000,000"]);
    }
}
