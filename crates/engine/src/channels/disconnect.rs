//! Disconnecting a channel.

use switchboard_connector::{Effect, ProviderError};
use switchboard_domain::{Channel, ChannelId, Connection, JobId, Secret, Timestamp};
use switchboard_storage::{StorageError, Touches, WriteTx};
use tokio::time::Instant;

use super::put_and_announce;
use crate::account::{ClaimError, Plan, drop_settle, end_claims, means_gone};
use crate::engine::REQUEST_BUDGET;
use crate::{Engine, VaultError};

/// Which channel to disconnect, and how firmly.
#[derive(Clone, Copy, Debug)]
pub struct DisconnectChannel {
    /// The channel, of whatever source.
    pub id: ChannelId,
    /// What the provider's side has to do with it.
    pub upstream: Upstream,
}

/// What a provider that cannot be reached means for disconnecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    /// The channel stays connected.
    MustAgree,
    /// The channel is disconnected all the same.
    MayFail,
}

/// A channel cannot be disconnected; it stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum DisconnectChannelError {
    /// No channel has that id.
    #[error("there is no channel {0}")]
    Unknown(ChannelId),
    /// The provider did not do its part.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The credentials with which to tell the provider cannot be opened.
    #[error(transparent)]
    Credentials(#[from] VaultError),
    /// Another request is changing the same account.
    #[error("the account is being connected or disconnected by another request; try again")]
    Busy,
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ClaimError> for DisconnectChannelError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Busy => Self::Busy,
            ClaimError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Engine {
    /// Disconnects a channel: unsubscribes it on the provider's side unless another connected
    /// channel shares the subscription, erases its credentials, keeps its history. Doing it again
    /// does nothing.
    pub async fn disconnect_channel(
        &self,
        request: DisconnectChannel,
    ) -> Result<(), DisconnectChannelError> {
        let engine = self.clone();
        self.to_the_end(async move { engine.disconnect(request).await })
            .await
    }

    async fn disconnect(&self, request: DisconnectChannel) -> Result<(), DisconnectChannelError> {
        let DisconnectChannel {
            id,
            upstream: firmness,
        } = request;
        let deadline = Instant::now() + REQUEST_BUDGET;
        loop {
            let Some(plan) = self.plan_of_connected(id).await? else {
                return self.store_disconnected(id, Vec::new()).await;
            };
            let claims = self.claim(id, vec![plan.clone()], deadline).await?;
            // Somebody may have moved or disconnected the channel before the claims were ours.
            let current = self.plan_of_connected(id).await?;
            let is_same = current.as_ref().map(|plan| &plan.upstream) == Some(&plan.upstream);
            let Some(plan) = current.filter(|_| is_same) else {
                self.give_up(claims, Vec::new()).await;
                continue;
            };
            if let Err(error) = self.unsubscribe_if_last(&plan).await {
                if firmness == Upstream::MustAgree {
                    let unclear = matches!(&error, DisconnectChannelError::Provider(error) if error.effect == Effect::Possible);
                    self.give_up(claims, unclear.then_some(plan).into_iter().collect())
                        .await;
                    return Err(error);
                }
                tracing::warn!(
                    channel.id = %id,
                    source = %plan.source,
                    "channel {id} is disconnected although the provider was not told: {error}"
                );
            }
            return self.store_disconnected(id, claims.jobs()).await;
        }
    }

    /// What has to be unsubscribed for a channel; `None` if it is disconnected or has nothing
    /// upstream.
    async fn plan_of_connected(
        &self,
        id: ChannelId,
    ) -> Result<Option<Plan>, DisconnectChannelError> {
        self.0
            .store
            .read(move |tx| {
                let channel = tx.channel(id)?.ok_or(DisconnectChannelError::Unknown(id))?;
                if !channel.connection.is_connected() {
                    return Ok(None);
                }
                let sealed = tx.credentials(id)?;
                Ok(Plan::of_channel(&channel, sealed))
            })
            .await
    }

    async fn unsubscribe_if_last(&self, plan: &Plan) -> Result<(), DisconnectChannelError> {
        let upstream = plan.upstream.clone();
        let sharing: Vec<Channel> = self
            .0
            .store
            .read(move |tx| tx.channels_of_upstream(&upstream))
            .await
            .map_err(DisconnectChannelError::Storage)?;
        if sharing.iter().any(|channel| channel.id != plan.channel) {
            return Ok(());
        }
        let Some(connector) = self.connector(&plan.source) else {
            return Ok(());
        };
        let credentials: Option<Secret> = plan
            .sealed
            .as_ref()
            .map(|sealed| self.0.vault.open(plan.channel, sealed))
            .transpose()?;
        let account = plan.account(credentials);
        match connector
            .unsubscribe(&self.context(connector), &account)
            .await
        {
            Err(error) if means_gone(&error) => {
                tracing::info!(
                    channel.id = %plan.channel,
                    source = %plan.source,
                    class = error.class.as_str(),
                    "the credentials of channel {} are dead, nothing is left to unsubscribe with them: {error}",
                    plan.channel
                );
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }

    async fn store_disconnected(
        &self,
        id: ChannelId,
        claims: Vec<JobId>,
    ) -> Result<(), DisconnectChannelError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::channel(id), move |tx| {
                end_claims(tx, &claims)?;
                put_disconnected(tx, id, now)
            })
            .await
    }
}

/// Marks a channel as disconnected, erases its credentials and announces it.
fn put_disconnected(
    tx: &mut dyn WriteTx,
    id: ChannelId,
    now: Timestamp,
) -> Result<(), DisconnectChannelError> {
    let channel = tx.channel(id)?.ok_or(DisconnectChannelError::Unknown(id))?;
    if !channel.connection.is_connected() {
        return Ok(());
    }
    if let Some(upstream) = &channel.upstream {
        drop_settle(tx, upstream.as_str())?;
    }
    tx.erase_credentials(id)?;
    let channel = Channel {
        connection: Connection::Disconnected,
        updated_at: now,
        ..channel
    };
    Ok(put_and_announce(tx, &channel)?)
}
