//! Listing the accounts that could be connected.

use std::collections::HashSet;

use serde_json::Value;
use switchboard_connector::{Candidate, ConnectError};
use switchboard_domain::{ChannelFilter, Source};
use switchboard_storage::StorageError;

use crate::Engine;

/// An account that could be connected, or is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explored {
    /// The account, in the provider's words.
    pub candidate: Candidate,
    /// Whether a connected channel of this source in this hub has it.
    pub connected: bool,
}

/// Accounts cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ExploreChannelsError {
    /// No source has that name, or it cannot list accounts.
    #[error("the source {0} cannot list accounts")]
    UnknownSource(Source),
    /// The request, the configuration or the provider.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// The accounts that the caller's token could connect, in the provider's order.
    pub async fn explore_channels(
        &self,
        source: Source,
        request: Value,
    ) -> Result<Vec<Explored>, ExploreChannelsError> {
        let connector = self
            .connector(&source)
            .filter(|connector| connector.capabilities().explore.is_some())
            .ok_or_else(|| ExploreChannelsError::UnknownSource(source.clone()))?;
        let candidates = connector.explore(&self.context(connector), request).await?;
        let filter = ChannelFilter {
            source: Some(source),
            connected: Some(true),
        };
        let channels = self
            .0
            .store
            .read_one(move |ask| ask.channels(&filter))
            .await
            .map_err(ExploreChannelsError::Storage)?;
        let connected: HashSet<_> = channels
            .into_iter()
            .map(|channel| channel.source_channel_id)
            .collect();
        Ok(candidates
            .into_iter()
            .map(|candidate| Explored {
                connected: connected.contains(&candidate.source_channel_id),
                candidate,
            })
            .collect())
    }
}
