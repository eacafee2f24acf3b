//! Counting and timing the requests of one endpoint.
//!
//! The handles are looked up once and kept: looking a metric up by its labels costs more than the
//! rest of the gate together.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

/// Methods with a label of their own. All others share one, since anybody may invent more.
const METHODS: [&str; 5] = ["POST", "GET", "HEAD", "OPTIONS", OTHER];
/// Answers with a label of their own.
const OUTCOMES: [&str; 15] = [
    "200", "202", "308", "400", "403", "404", "405", "409", "413", "415", "500", "502", "503",
    ABORTED, OTHER,
];
const OTHER: &str = "other";
/// The caller did not wait for the answer.
const ABORTED: &str = "aborted";

/// What is counted of one endpoint.
pub(crate) struct Traffic {
    endpoint: Arc<str>,
    counters: [[OnceLock<Counter>; OUTCOMES.len()]; METHODS.len()],
    seconds: Histogram,
    in_flight: Gauge,
}

impl fmt::Debug for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Traffic({})", self.endpoint)
    }
}

impl Traffic {
    /// `endpoint` is the path as it is routed, never one that a caller made up.
    pub(crate) fn of(endpoint: &str) -> Self {
        let endpoint: Arc<str> = endpoint.into();
        Self {
            counters: Default::default(),
            seconds: histogram!("switchboard_http_request_seconds", "endpoint" => Arc::clone(&endpoint)),
            in_flight: gauge!("switchboard_http_requests_in_flight"),
            endpoint,
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn counted(&self, method: &Method, outcome: &str) {
        let method = place(&METHODS, method.as_str());
        let outcome = place(&OUTCOMES, outcome);
        let labels = METHODS.get(method).zip(OUTCOMES.get(outcome));
        let counter = self.counters.get(method).and_then(|row| row.get(outcome));
        if let (Some((method, outcome)), Some(counter)) = (labels, counter) {
            counter
                .get_or_init(|| {
                    counter!(
                        "switchboard_http_requests_total",
                        "endpoint" => Arc::clone(&self.endpoint),
                        "method" => *method,
                        "status" => *outcome
                    )
                })
                .increment(1);
        }
    }
}

/// Where a name stands in a list whose last entry is for all others.
fn place(names: &[&str], name: &str) -> usize {
    names
        .iter()
        .position(|known| *known == name)
        .unwrap_or(names.len() - 1)
}

/// One request, from its arrival until it is answered or abandoned.
#[derive(Debug)]
pub(crate) struct Flight {
    traffic: Arc<Traffic>,
    method: Method,
    begun: Instant,
    has_landed: bool,
}

impl Flight {
    pub(crate) fn take_off(traffic: &Arc<Traffic>, method: &Method) -> Self {
        traffic.in_flight.increment(1);
        Self {
            traffic: Arc::clone(traffic),
            method: method.clone(),
            begun: Instant::now(),
            has_landed: false,
        }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.traffic.endpoint()
    }

    /// Counts the answer and tells how long it took.
    pub(crate) fn land(&mut self, status: StatusCode) -> Duration {
        self.has_landed = true;
        let took = self.begun.elapsed();
        self.traffic.counted(&self.method, status.as_str());
        self.traffic.seconds.record(took);
        took
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.traffic.in_flight.decrement(1);
        if !self.has_landed {
            self.traffic.counted(&self.method, ABORTED);
        }
    }
}
