//! What a hub counts, read from its Prometheus text.

use std::net::SocketAddr;

use anyhow::Context as _;

use crate::http;

/// Everything that was counted at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Metrics(String);

/// What is still to be done with webhooks that were acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Backlog {
    /// Webhooks.
    pub(crate) waiting: f64,
    /// Seconds since the oldest of them came.
    pub(crate) lag: f64,
}

/// Work of a store since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct StoreWork {
    pub(crate) units: f64,
    pub(crate) statements: f64,
    pub(crate) commits: f64,
    pub(crate) messages: f64,
}

impl Metrics {
    pub(crate) fn of(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self(String::from_utf8(http::get(address, "/metrics")?)?))
    }

    /// The sum of all samples of that name, whatever their labels.
    fn sum(&self, name: &str) -> anyhow::Result<f64> {
        let samples: Vec<f64> = self
            .0
            .lines()
            .filter_map(|line| sample(line, name))
            .collect();
        // One that is missing would be taken for one that is zero.
        anyhow::ensure!(!samples.is_empty(), "the hub has no metric {name}");
        Ok(samples.iter().sum())
    }

    /// Units of work that share a commit.
    pub(crate) fn units_in_a_commit(&self) -> anyhow::Result<f64> {
        let units = self.sum("switchboard_store_batch_units_sum")?;
        Ok(units / self.sum("switchboard_store_batch_units_count")?)
    }

    pub(crate) fn backlog(&self) -> anyhow::Result<Backlog> {
        Ok(Backlog {
            waiting: self.sum("switchboard_ingest_waiting_envelopes")?,
            lag: self.sum("switchboard_ingest_lag_seconds")?,
        })
    }

    /// Messages that were applied.
    pub(crate) fn messages(&self) -> anyhow::Result<f64> {
        self.sum("switchboard_ingest_messages_total")
            .context("no message was applied")
    }

    pub(crate) fn store_work(&self) -> anyhow::Result<StoreWork> {
        Ok(StoreWork {
            units: self.sum("switchboard_store_batch_units_sum")?,
            statements: self.sum("switchboard_store_statements_total")?,
            commits: self.sum("switchboard_store_commits_total")?,
            messages: self.messages()?,
        })
    }
}

impl StoreWork {
    /// What was done since then.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            units: self.units - before.units,
            statements: self.statements - before.statements,
            commits: self.commits - before.commits,
            messages: self.messages - before.messages,
        }
    }
}

/// The value of a line of that name, with or without labels.
fn sample(line: &str, name: &str) -> Option<f64> {
    let rest = line.strip_prefix(name)?;
    let value = match rest.strip_prefix('{') {
        Some(labelled) => labelled.rsplit_once("} ")?.1,
        None => rest.strip_prefix(' ')?,
    };
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(text: &str) -> Metrics {
        Metrics(text.to_owned())
    }

    #[test]
    fn a_sample_is_found_by_its_whole_name() {
        let metrics =
            metrics("# TYPE batch histogram\nbatch_sum_of_all 7\nbatch_sum 12.5\nbatch_count 3\n");

        assert_eq!(metrics.sum("batch_sum").ok(), Some(12.5));
        assert!(metrics.sum("batch").is_err());
    }

    #[test]
    fn samples_with_labels_are_added_up() {
        let metrics =
            metrics("seen{source=\"a} b\"} 2\nseen{source=\"c\"} 3\nseen_all{a=\"b\"} 9\n");

        assert_eq!(metrics.sum("seen").ok(), Some(5.0));
    }

    #[test]
    fn a_gauge_that_is_missing_is_not_zero() {
        let only_one = metrics("switchboard_ingest_waiting_envelopes 0\n");
        assert!(only_one.backlog().is_err());

        let both = metrics(
            "switchboard_ingest_waiting_envelopes 4\nswitchboard_ingest_lag_seconds 0.25\n",
        );
        assert_eq!(
            both.backlog().unwrap(),
            Backlog {
                waiting: 4.0,
                lag: 0.25
            }
        );
    }
}
