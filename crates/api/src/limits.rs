//! How often visitors may call.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use switchboard_domain::ConversationId;

use crate::error::{ApiError, Code};

/// Messages of one visitor: ten at once, then one a second.
const VISITOR: Quota = per_second(1, 10);

/// Calls from one address, behind which there may be a whole company: a hundred at once, then twenty a
/// second.
const ADDRESS: Quota = per_second(20, 100);

/// After so many calls, those who have been quiet are forgotten.
const FORGET_EVERY: u32 = 1024;

/// The rate limits of what visitors call. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Limits<C: Clock = DefaultClock>(Arc<Inner<C>>);

type PerKey<K, C> = RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

struct Inner<C: Clock> {
    visitors: PerKey<ConversationId, C>,
    addresses: PerKey<IpAddr, C>,
    clock: C,
    calls: AtomicU32,
}

impl<C: Clock> std::fmt::Debug for Limits<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

const fn per_second(rate: u32, burst: u32) -> Quota {
    match (NonZeroU32::new(rate), NonZeroU32::new(burst)) {
        (Some(rate), Some(burst)) => Quota::per_second(rate).allow_burst(burst),
        _ => Quota::per_second(NonZeroU32::MIN),
    }
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self::by(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    /// With another clock, for tests.
    fn by(clock: C) -> Self {
        Self(Arc::new(Inner {
            visitors: RateLimiter::dashmap_with_clock(VISITOR, clock.clone()),
            addresses: RateLimiter::dashmap_with_clock(ADDRESS, clock.clone()),
            clock,
            calls: AtomicU32::new(0),
        }))
    }

    /// Whether an address may call once more.
    pub(crate) fn address(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        self.forget_the_quiet();
        address.map_or(Ok(()), |address| self.check(&self.0.addresses, &address))
    }

    /// Whether a visitor may write once more.
    pub(crate) fn visitor(&self, conversation: ConversationId) -> Result<(), ApiError> {
        self.check(&self.0.visitors, &conversation)
    }

    fn check<K: Hash + Eq + Clone>(&self, limiter: &PerKey<K, C>, key: &K) -> Result<(), ApiError> {
        limiter.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.0.clock.now());
            ApiError::new(
                Code::TooManyRequests,
                "Too many requests; wait as long as the header `retry-after` says.",
            )
            .with_retry_after(Some(wait.max(Duration::from_secs(1))))
        })
    }

    /// Keeps what is remembered as small as the number of those who call.
    fn forget_the_quiet(&self) {
        let calls = self.0.calls.fetch_add(1, Ordering::Relaxed);
        if calls % FORGET_EVERY == FORGET_EVERY - 1 {
            self.0.visitors.retain_recent();
            self.0.addresses.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;
    use http::HeaderMap;
    use switchboard_domain::FixedChance;
    use uuid::Uuid;

    use crate::request_id::RequestId;

    use super::*;

    fn limits() -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Limits::by(clock.clone()), clock)
    }

    fn visitor(number: u128) -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(number))
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// How many of so many calls are let through.
    fn let_through(calls: u32, call: impl Fn() -> Result<(), ApiError>) -> usize {
        (0..calls).filter(|_call| call().is_ok()).count()
    }

    #[test]
    fn a_visitor_writes_ten_at_once_and_then_one_a_second() {
        let (limits, clock) = limits();

        assert_eq!(let_through(12, || limits.visitor(visitor(1))), 10);
        clock.advance(Duration::from_millis(999));
        assert_eq!(let_through(2, || limits.visitor(visitor(1))), 0);
        clock.advance(Duration::from_millis(1));
        assert_eq!(let_through(2, || limits.visitor(visitor(1))), 1);
        clock.advance(Duration::from_hours(1));
        assert_eq!(let_through(12, || limits.visitor(visitor(1))), 10);
    }

    #[test]
    fn nobody_waits_for_somebody_else() {
        let (limits, _clock) = limits();

        let_through(101, || limits.address(Some(address(1))));
        let_through(11, || limits.visitor(visitor(1)));

        assert!(limits.address(Some(address(1))).is_err());
        assert!(limits.visitor(visitor(1)).is_err());
        assert!(limits.address(Some(address(2))).is_ok());
        assert!(limits.visitor(visitor(2)).is_ok());
    }

    #[test]
    fn an_address_calls_a_hundred_times_at_once_and_then_twenty_times_a_second() {
        let (limits, clock) = limits();

        assert_eq!(let_through(110, || limits.address(Some(address(1)))), 100);
        clock.advance(Duration::from_secs(1));
        assert_eq!(let_through(30, || limits.address(Some(address(1)))), 20);
        assert_eq!(let_through(200, || limits.address(None)), 200);
    }

    #[test]
    fn whoever_is_refused_learns_how_long_to_wait() {
        let (limits, clock) = limits();
        let_through(10, || limits.visitor(visitor(1)));

        clock.advance(Duration::from_millis(400));
        let error = limits.visitor(visitor(1)).unwrap_err();

        let id = RequestId::of(&HeaderMap::new(), &FixedChance::seeded(1));
        let answer = error.answer(&id);
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()["retry-after"], "1");
    }

    #[test]
    fn those_who_have_been_quiet_are_forgotten() {
        let (limits, clock) = limits();
        assert!(limits.address(Some(address(1))).is_ok());
        assert!(limits.visitor(visitor(1)).is_ok());
        clock.advance(Duration::from_mins(1));

        let_through(FORGET_EVERY, || limits.address(None));

        assert!(limits.0.addresses.is_empty() && limits.0.visitors.is_empty());
    }
}
