//! A stored account, as its connector needs it.

use switchboard_connector::{Account, ErrorClass, ProviderError};
use switchboard_domain::{Channel, Sealed, UpstreamKey};

use crate::Engine;

impl Engine {
    /// The account behind a channel, with its credentials in clear. They are gone once it is
    /// disconnected.
    pub(crate) fn open_account(
        &self,
        channel: &Channel,
        sealed: Option<&Sealed>,
    ) -> Result<Account, ProviderError> {
        let credentials = sealed
            .map(|sealed| self.0.vault.open(channel.id, sealed))
            .transpose()
            .map_err(|error| ProviderError::refused(ErrorClass::Reauth, error.to_string()))?;
        Ok(Account {
            source_channel_id: channel.source_channel_id.clone(),
            upstream: channel
                .upstream
                .clone()
                .unwrap_or_else(|| UpstreamKey::new("")),
            credentials,
            facts: channel.facts.clone(),
        })
    }
}
