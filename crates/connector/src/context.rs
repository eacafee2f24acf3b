//! What a connector may use of the world.

use std::sync::Arc;

use switchboard_domain::{Chance, Clock};
use url::Url;

use crate::{Answer, Call, Caller, ProviderError, Settings};

/// What a connector may use of the world during one request of ours.
#[derive(Clone, Debug)]
pub struct ProviderContext {
    /// The settings of the source's section.
    pub settings: Settings,
    /// How providers reach the hub, with a path that ends in `/`; `None` if nobody configured it.
    pub public_url: Option<Url>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// The way to the provider; knows the request's deadline.
    pub caller: Caller,
}

impl ProviderContext {
    /// Calls the provider and lets `judge` decide what its answer means.
    ///
    /// Retried at most twice, with jittered backoff, when the failure is transient and the call is
    /// idempotent or provably had no effect. Never beyond the request's deadline. Secrets of the
    /// call and of the settings are taken out of the error's message.
    pub async fn call(
        &self,
        call: Call,
        judge: impl Fn(&Answer) -> Result<(), ProviderError> + Send + Sync,
    ) -> Result<Answer, ProviderError> {
        self.caller.call(&self.settings, call, judge).await
    }
}
