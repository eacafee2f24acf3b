//! P2: whatever the order and however often providers deliver, within eight days, it comes to the same
//! as each once and in order.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::Value;

use super::quiet_hub::QuietHub;
use super::story::{Call, Step, steps, told};
use crate::harness::StoreKind;

/// Longer than an echo waits for the answer to the send that may have caused it.
const ECHO: Duration = Duration::from_secs(11);
const WEEK: Duration = Duration::from_hours(7 * 24);

/// How a story is delivered: a position in the order for each call, how many go at once, and which come
/// again a week later.
#[derive(Clone, Debug)]
struct Delivery {
    order: Vec<prop::sample::Index>,
    at_once: usize,
    again: Vec<bool>,
    twice_in_a_row: Vec<bool>,
}

fn deliveries() -> impl Strategy<Value = Delivery> {
    let each = || prop::collection::vec(any::<bool>(), 70);
    let order = prop::collection::vec(any::<prop::sample::Index>(), 70);
    (order, 1..30_usize, each(), each()).prop_map(|(order, at_once, again, twice_in_a_row)| {
        Delivery {
            order,
            at_once,
            again,
            twice_in_a_row,
        }
    })
}

impl Delivery {
    /// The calls in another order, some of them twice.
    fn shuffled<'c>(&self, calls: &'c [Call]) -> Vec<&'c Call> {
        let mut left: Vec<_> = calls.iter().collect();
        let mut shuffled = Vec::new();
        for (place, twice) in self.order.iter().zip(&self.twice_in_a_row) {
            if left.is_empty() {
                break;
            }
            let call = left.remove(place.index(left.len()));
            shuffled.push(call);
            if *twice {
                shuffled.push(call);
            }
        }
        shuffled
    }
}

/// What the story comes to, told once and in order.
async fn once_and_in_order(hub: &QuietHub, calls: &[Call]) -> Value {
    hub.connect_all().await;
    for call in calls {
        hub.take(&[call]).await;
    }
    hub.wait(ECHO).await;
    hub.state().await
}

/// What it comes to as it is delivered here, at first and after more of the same.
async fn shuffled_and_repeated(hub: &QuietHub, calls: &[Call], how: &Delivery) -> [Value; 2] {
    hub.connect_all().await;
    for calls in how.shuffled(calls).chunks(how.at_once) {
        hub.take(calls).await;
    }
    hub.wait(ECHO).await;
    let first = hub.state().await;
    hub.wait(WEEK).await;
    let again: Vec<_> = calls
        .iter()
        .rev()
        .zip(&how.again)
        .filter_map(|(call, again)| again.then_some(call))
        .collect();
    for calls in again.chunks(how.at_once) {
        hub.take(calls).await;
    }
    hub.wait(ECHO).await;
    [first, hub.state().await]
}

fn comes_to_the_same(
    kind: StoreKind,
    story: &[(Step, u8, u8)],
    how: &Delivery,
) -> Result<(), TestCaseError> {
    let calls = told(story);
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    let orderly = QuietHub::assemble(kind);
    let hasty = QuietHub::assemble(kind);
    let expected = runtime.block_on(once_and_in_order(&orderly, &calls));
    let [first, repeated] = runtime.block_on(shuffled_and_repeated(&hasty, &calls, how));
    orderly.close();
    hasty.close();
    prop_assert_eq!(&first, &expected, "another order");
    prop_assert_eq!(&repeated, &expected, "more of the same after a week");
    Ok(())
}

fn run(kind: StoreKind, cases: u32) {
    let config = Config {
        cases,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let cases = (steps(), deliveries());
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, random)
        .run(&cases, |(story, how)| comes_to_the_same(kind, &story, &how))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn any_order_and_repetition_comes_to_the_same_on_sqlite() {
    run(StoreKind::Sqlite, 12);
}

#[test]
fn any_order_and_repetition_comes_to_the_same_on_postgres() {
    run(StoreKind::Postgres, 4);
}
