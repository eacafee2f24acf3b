//! Where the hub is: what its operator would type into the providers' consoles.

use std::sync::Arc;

use parking_lot::Mutex;

/// The hub's public base address, shared by all providers.
#[derive(Clone, Debug, Default)]
pub(crate) struct HubAddress(Arc<Mutex<Option<String>>>);

impl HubAddress {
    pub(crate) fn new(address: Option<String>) -> Self {
        let known = Self::default();
        if let Some(address) = address {
            known.set(&address);
        }
        known
    }

    /// Without a slash at the end.
    pub(crate) fn get(&self) -> Option<String> {
        self.0.lock().clone()
    }

    pub(crate) fn set(&self, address: &str) {
        *self.0.lock() = Some(address.trim_end_matches('/').to_owned());
    }
}
