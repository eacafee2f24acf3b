//! Waiting for processes, with an end.

use std::time::Duration;

/// How long anything may take before a test fails: long enough for a machine that compiles meanwhile.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks at a condition that nobody announces.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The outcome of `wait`, which must come while there is patience.
pub(crate) async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, wait)
        .await
        .unwrap_or_else(|_| panic!("{what}: nothing within {} s", PATIENCE.as_secs()))
}

/// Looks until `holds` holds. For conditions that a process cannot announce to us; a test that
/// passes does so however fast or slow the machine is.
#[expect(
    clippy::future_not_send,
    reason = "conditions borrow from the body of a test, which stays where it is"
)]
pub(crate) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    within(what, async {
        while !holds().await {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    })
    .await;
}
