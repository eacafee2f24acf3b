//! Proving to a provider that a webhook address is ours.

use switchboard_connector::{Handshake, RawWebhook};

use crate::Engine;

impl Engine {
    /// The paths at which providers' webhooks arrive, each once.
    pub fn webhook_paths(&self) -> Vec<&'static str> {
        let mut paths: Vec<_> = self
            .connectors()
            .iter()
            .flat_map(|connector| connector.webhook_paths())
            .copied()
            .collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Lets the connectors of a path look at a call; the first one that recognises it answers.
    pub fn handshake(&self, path: &str, call: &RawWebhook) -> Handshake {
        self.connectors()
            .iter()
            .filter(|connector| connector.webhook_paths().contains(&path))
            .map(|connector| connector.handshake(&self.0.providers.settings(*connector), call))
            .find(|handshake| *handshake != Handshake::Other)
            .unwrap_or(Handshake::Other)
    }
}
