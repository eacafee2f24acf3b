//! `GET /metrics`: what the hub counts, as Prometheus text.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use parking_lot::Mutex;
use utoipa::openapi::path::Operation;

use crate::openapi::{Fault, Sketch};

/// How long recorded durations may pile up before they are sorted into their buckets.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Upper bounds, in seconds: from an answer out of memory to the longest call of a provider.
const SECONDS: [f64; 15] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Upper bounds, in units of work that share a commit.
const UNITS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// What the whole process counts.
#[derive(Clone)]
pub struct MetricsHandle(Arc<PrometheusHandle>);

impl fmt::Debug for MetricsHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsHandle")
    }
}

impl MetricsHandle {
    fn render(&self) -> String {
        self.0.render()
    }
}

/// Metrics cannot be collected.
#[derive(Debug, thiserror::Error)]
pub enum InstallMetricsError {
    /// Something else in this process collects them already.
    #[error("metrics cannot be collected")]
    Recorder(#[from] BuildError),
    /// The operating system gives us no thread.
    #[error("no thread could be started for metrics; check the limits of this process")]
    Thread(#[from] std::io::Error),
}

/// Begins to count. Again in the same process it returns the same counts.
pub fn install_metrics() -> Result<MetricsHandle, InstallMetricsError> {
    static INSTALLED: Mutex<Option<MetricsHandle>> = Mutex::new(None);

    let mut installed = INSTALLED.lock();
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .set_buckets_for_metric(
            Matcher::Full("switchboard_store_batch_units".to_owned()),
            &UNITS,
        )?
        .install_recorder()?;
    let handle = MetricsHandle(Arc::new(handle));
    *installed = Some(handle.clone());
    describe();
    let upkept = handle.clone();
    // Without it, the durations of a hub that nobody scrapes would pile up in memory.
    thread::Builder::new()
        .name("metrics".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(UPKEEP_EVERY);
                upkept.0.run_upkeep();
            }
        })?;
    Ok(handle)
}

/// What is counted of messages on their way in.
const INGEST: [(&str, &str); 10] = [
    (
        "switchboard_webhooks_refused_total",
        "Calls that did not prove that they come from the provider, by path.",
    ),
    (
        "switchboard_ingest_envelopes_total",
        "Envelopes that were applied, by source and verdict.",
    ),
    (
        "switchboard_ingest_messages_total",
        "Messages that were stored.",
    ),
    (
        "switchboard_ingest_duplicates_total",
        "Messages that arrived and were there already.",
    ),
    (
        "switchboard_profiles_total",
        "Contacts that providers were asked for, by source and outcome.",
    ),
    (
        "switchboard_media_copies_total",
        "Files that messages link to, by source and outcome of the copy.",
    ),
    (
        "switchboard_media_uploads_total",
        "Files that were handed in, by outcome.",
    ),
    (
        "switchboard_retention_dropped_total",
        "Rows that were removed because their time was over, by kind.",
    ),
    (
        "switchboard_store_commits_total",
        "Commits of the store's writers.",
    ),
    (
        "switchboard_store_statements_total",
        "Statements of units of work that write.",
    ),
];

/// Says what is counted, in whichever crate it is counted.
fn describe() {
    for (name, meaning) in INGEST {
        describe_counter!(name, meaning);
    }
    describe_gauge!(
        "switchboard_ingest_waiting_envelopes",
        "Envelopes that are stored and not applied, as the node that applies them counts."
    );
    describe_gauge!(
        "switchboard_ingest_lag_seconds",
        Unit::Seconds,
        "Age of the oldest envelope that waits to be applied."
    );
    describe_histogram!(
        "switchboard_ingest_apply_lag_seconds",
        Unit::Seconds,
        "Time from the arrival of the oldest envelope of a unit to its commit."
    );
    describe_counter!(
        "switchboard_http_requests_total",
        "Requests by endpoint, method and status; `aborted` if the caller did not wait."
    );
    describe_histogram!(
        "switchboard_http_request_seconds",
        Unit::Seconds,
        "Time from the arrival of a request to its answer, by endpoint."
    );
    describe_gauge!(
        "switchboard_http_requests_in_flight",
        "Requests that are being worked on."
    );
    describe_counter!(
        "switchboard_provider_calls_total",
        "Calls to providers by source, operation and class of the outcome, retries included."
    );
    describe_histogram!(
        "switchboard_provider_call_seconds",
        Unit::Seconds,
        "Time of one call to a provider, by source and operation."
    );
    describe_gauge!(
        "switchboard_store_queue",
        "Units of work that wait for the store, by queue."
    );
    describe_histogram!(
        "switchboard_store_batch_units",
        "Units of work that shared one commit."
    );
    describe_counter!(
        "switchboard_accounts_settled_total",
        "Accounts whose subscription was brought in line with the store, by outcome."
    );
}

/// The answer of `GET /metrics`.
pub(crate) fn scraped(metrics: &MetricsHandle) -> Response {
    const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, TEXT)], metrics.render()).into_response()
}

pub(crate) fn operation() -> Operation {
    Sketch::tagged("hub", "metrics", "Shows what the hub counts")
        .text_answer("text/plain", "Prometheus text.")
        .faults(&[Fault::Forbidden])
        .build()
}
