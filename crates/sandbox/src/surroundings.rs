//! What the simulators of providers that call out have around them.

use crate::Now;
use crate::hub::HubAddress;

/// What the simulators of providers that call out have around them.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) now: Now,
    /// Proves that a webhook answers.
    pub(crate) client: reqwest::Client,
    pub(crate) hub: HubAddress,
}
