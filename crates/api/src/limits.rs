//! How often visitors may call.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
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
pub(crate) struct Limits(Arc<Inner>);

struct Inner {
    visitors: DefaultKeyedRateLimiter<ConversationId>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    calls: AtomicU32,
}

impl std::fmt::Debug for Limits {
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
        Self(Arc::new(Inner {
            visitors: RateLimiter::keyed(VISITOR),
            addresses: RateLimiter::keyed(ADDRESS),
            clock: DefaultClock::default(),
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

    fn check<K: Hash + Eq + Clone>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), ApiError> {
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
