//! The tables, in Markdown, which reads well on a terminal too.

use super::{Bar, Comparison, Figure, Pages, Report, Sustained, Verdict, bound, pages, sustained};
use crate::rounds::{Round, Turn, median};

impl Report {
    /// Everything.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        section(
            &mut text,
            "Machine",
            &["", ""],
            self.machine
                .iter()
                .map(|(name, value)| [name.clone(), value.clone()]),
        );
        section(
            &mut text,
            "Ratios",
            &["hub", "against", "median", "min–max", "rounds", "bar", ""],
            self.comparisons.iter().map(ratios),
        );
        section(
            &mut text,
            "Rates that are sustained",
            &sustained::COLUMNS,
            self.sustained.iter().map(Sustained::row),
        );
        section(
            &mut text,
            "Pages of lists",
            &pages::COLUMNS,
            self.pages.iter().map(Pages::row),
        );
        section(
            &mut text,
            "The hub alone",
            &["figure", "median", "min–max", "bar", ""],
            self.figures.iter().map(figure),
        );
        section(
            &mut text,
            "Behind the ratios",
            &[
                "measured",
                "side",
                "requests/s",
                "p50 ms",
                "p99 ms",
                "server µs/request",
                "server %",
                "PostgreSQL %",
                "load %",
                "others %",
                "log flushes/1,000",
                "bound by",
            ],
            self.comparisons
                .iter()
                .flat_map(|comparison| behind(comparison, self.cores)),
        );
        section(
            &mut text,
            "Behind the rates",
            &sustained::STEP_COLUMNS,
            self.sustained
                .iter()
                .flat_map(|sustained| sustained.step_rows(self.cores)),
        );
        section(
            &mut text,
            "Counted",
            &["", ""],
            self.counts
                .iter()
                .map(|(name, value)| [name.clone(), value.clone()]),
        );
        text
    }
}

/// A heading and a table; nothing if there are no rows.
fn section<const COLUMNS: usize>(
    text: &mut String,
    heading: &str,
    columns: &[&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) {
    let lines: Vec<String> = rows
        .map(|row| line(&row.each_ref().map(String::as_str)))
        .collect();
    if lines.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.extend(["### ", heading, "\n\n"]);
    text.push_str(&line(columns));
    text.push_str(&line(&[" --- "; COLUMNS].map(str::trim)));
    text.push_str(&lines.concat());
}

fn line(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn ratios(comparison: &Comparison) -> [String; 7] {
    let Comparison {
        what,
        against,
        bar,
        rounds,
    } = comparison;
    let each: Vec<String> = rounds
        .iter()
        .map(|round| format!("{:.2}", round.ratio()))
        .collect();
    let (median, range) = comparison.spread().map_or_else(
        || ("–".to_owned(), "–".to_owned()),
        |spread| {
            (
                format!("**{:.2}**", spread.median),
                format!("{:.2}–{:.2}", spread.least, spread.greatest),
            )
        },
    );
    [
        what.clone(),
        against.clone(),
        median,
        range,
        each.join(" "),
        limit(*bar, ""),
        named(comparison.verdict()),
    ]
}

fn figure(figure: &Figure) -> [String; 5] {
    let Figure {
        what,
        unit,
        bar,
        spread,
    } = figure;
    let shown = |value: f64| {
        if unit.is_empty() {
            format!("{value:.0}")
        } else {
            format!("{value:.1}")
        }
    };
    [
        what.clone(),
        format!("**{}** {unit}", shown(spread.median))
            .trim()
            .to_owned(),
        format!("{}–{}", shown(spread.least), shown(spread.greatest)),
        limit(*bar, unit),
        named(figure.verdict()),
    ]
}

/// Takes the turn of one side.
type Side = fn(&Round) -> &Turn;

fn behind(comparison: &Comparison, cores: f64) -> [[String; 12]; 2] {
    let sides: [(&str, Side); 2] = [("hub", |round| &round.hub), ("bare", |round| &round.bare)];
    sides.map(|(name, side)| {
        let shown = |digits: usize, factor: f64, of: fn(&Turn) -> Option<f64>| {
            median(&comparison.rounds, side, of).map_or_else(
                || "–".to_owned(),
                |value| format!("{:.digits$}", value * factor),
            )
        };
        let measured = if name == "hub" {
            comparison.what.clone()
        } else {
            comparison.against.clone()
        };
        [
            measured,
            name.to_owned(),
            shown(0, 1.0, |turn| Some(turn.rate)),
            shown(2, 1.0, |turn| Some(turn.p50)),
            shown(2, 1.0, |turn| Some(turn.p99)),
            shown(1, 1.0, |turn| Some(turn.server_micros)),
            shown(0, 100.0, |turn| Some(turn.shares.server)),
            shown(0, 100.0, |turn| turn.shares.postgres),
            shown(0, 100.0, |turn| Some(turn.shares.generator)),
            shown(0, 100.0, |turn| Some(turn.shares.others)),
            shown(0, 1.0, |turn| turn.flushes),
            comparison
                .rounds
                .last()
                .map_or("–", |round| bound::of(&side(round).shares, cores))
                .to_owned(),
        ]
    })
}

pub(super) fn limit(bar: Bar, unit: &str) -> String {
    let text = match bar {
        Bar::AtLeast(least) => format!("≥ {least} {unit}"),
        Bar::Above(limit) => format!("> {limit} {unit}"),
        Bar::Below(limit) if unit.is_empty() && (limit - 1.0).abs() < f64::EPSILON => {
            "0".to_owned()
        }
        Bar::Below(limit) => format!("< {limit} {unit}"),
        Bar::None => "–".to_owned(),
    };
    text.trim().to_owned()
}

pub(super) fn named(verdict: Verdict) -> String {
    match verdict {
        Verdict::Cleared => "PASS",
        Verdict::Missed => "FAIL",
        Verdict::Context => "context",
    }
    .to_owned()
}
