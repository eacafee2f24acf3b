//! Connecting an account.

use serde_json::Value;
use switchboard_connector::{ConnectError, Connector, Draft, Effect, ProviderContext};
use switchboard_domain::{
    Channel, ChannelId, Connection, MetadataRecord, MetadataSubject, RawJson, Sealed, Source,
    Timestamp, UpstreamKey,
};
use switchboard_storage::{StorageError, Touches, WriteTx};
use tokio::time::Instant;

use super::{is_of, put_and_announce};
use crate::Engine;
use crate::account::{ClaimError, Claims, Plan, drop_settle, end_claims, put_settle};
use crate::engine::REQUEST_BUDGET;

/// An account cannot be connected; nothing was stored or announced.
#[derive(Debug, thiserror::Error)]
pub enum ConnectChannelError {
    /// No source has that name.
    #[error("there is no source {0}")]
    UnknownSource(Source),
    /// The request, the configuration or the provider.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Another request is changing the same account.
    #[error("the account is being connected or disconnected by another request; try again")]
    Busy,
    /// Another account, of another source, has the channel's id.
    #[error("the channel {0} is another account's")]
    Taken(ChannelId),
    /// The store did not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ClaimError> for ConnectChannelError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Busy => Self::Busy,
            ClaimError::Storage(error) => Self::Storage(error),
        }
    }
}

/// A channel that was connected, and what is noted about it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectedChannel {
    /// The channel, as it was stored.
    pub channel: Channel,
    /// What is noted about it, in the order of writing.
    pub records: Vec<MetadataRecord>,
}

/// An account that the provider has confirmed, on its way into the store.
#[derive(Clone)]
struct Arrival {
    source: Source,
    id: ChannelId,
    draft: Draft,
    sealed: Option<Sealed>,
}

/// A request to connect, past the provider's confirmation.
struct Connecting {
    connector: &'static dyn Connector,
    cx: ProviderContext,
    upstream: UpstreamKey,
    deadline: Instant,
}

/// An account that nobody else can change now.
struct Claimed {
    claims: Claims,
    known: Option<RawJson>,
    moved_from: Option<Plan>,
}

impl Engine {
    /// Connects the account that `request` names, or renews it: the id stays the same.
    pub async fn connect_channel(
        &self,
        source: Source,
        request: Value,
    ) -> Result<ConnectedChannel, ConnectChannelError> {
        let connector = self
            .connector(&source)
            .ok_or_else(|| ConnectChannelError::UnknownSource(source.clone()))?;
        let deadline = Instant::now() + REQUEST_BUDGET;
        let cx = self.context(connector);
        let draft = connector.prepare(&cx, request).await?;
        let id = ChannelId::derive(&source, &draft.source_channel_id);
        let sealed = draft
            .credentials
            .as_ref()
            .map(|secret| self.0.vault.seal(id, secret));
        let arrival = Arrival {
            source,
            id,
            draft,
            sealed,
        };
        match arrival.draft.upstream.clone() {
            None => self.store_arrival(arrival).await,
            Some(upstream) => {
                let engine = self.clone();
                let connecting = Connecting {
                    connector,
                    cx,
                    upstream,
                    deadline,
                };
                self.to_the_end(
                    async move { engine.subscribe_and_store(connecting, arrival).await },
                )
                .await
            }
        }
    }

    /// For sources where connecting changes nothing on the provider's side.
    async fn store_arrival(
        &self,
        arrival: Arrival,
    ) -> Result<ConnectedChannel, ConnectChannelError> {
        let now = self.now();
        self.0
            .store
            .write(Touches::channel(arrival.id), move |tx| {
                put_arrival(tx, &arrival, now)
            })
            .await
    }

    async fn subscribe_and_store(
        &self,
        connecting: Connecting,
        mut arrival: Arrival,
    ) -> Result<ConnectedChannel, ConnectChannelError> {
        let Connecting {
            connector,
            cx,
            upstream,
            deadline,
        } = connecting;
        self.must_be_free(&arrival).await?;
        let plan = Plan::of_draft(
            &arrival.source,
            arrival.id,
            &arrival.draft,
            &upstream,
            arrival.sealed.clone(),
        );
        let Claimed {
            claims,
            known,
            moved_from,
        } = self.claim_arrival(&plan, deadline).await?;
        match connector
            .subscribe(&cx, &arrival.draft, known.as_ref())
            .await
        {
            Ok(facts) => arrival.draft.facts = facts,
            Err(error) => {
                let is_unclear = matches!(&error, ConnectError::Provider(error) if error.effect == Effect::Possible);
                self.give_up(claims, is_unclear.then_some(plan).into_iter().collect())
                    .await;
                return Err(error.into());
            }
        }
        let jobs = claims.jobs();
        let now = self.now();
        let settle = self.random_job_id();
        let is_move = moved_from.is_some();
        let stored = self
            .0
            .store
            .write(Touches::channel(arrival.id), move |tx| {
                end_claims(tx, &jobs)?;
                drop_settle(tx, upstream.as_str())?;
                let connected = put_arrival(tx, &arrival, now)?;
                if let Some(former) = &moved_from {
                    put_settle(tx, settle, former, now)?;
                }
                Ok(connected)
            })
            .await;
        drop(claims);
        if is_move {
            self.0.work_waits.notify_one();
        }
        stored
    }

    /// Claims the account, and the one the channel is leaving if it moves from one to another.
    async fn claim_arrival(
        &self,
        plan: &Plan,
        deadline: Instant,
    ) -> Result<Claimed, ConnectChannelError> {
        loop {
            let former = self.plan_of_former(plan).await?;
            let plans = std::iter::once(plan.clone())
                .chain(former.clone())
                .collect();
            let claims = self.claim(plan.channel, plans, deadline).await?;
            // Somebody may have moved the channel before the claims were ours.
            let current = self.plan_of_former(plan).await?;
            let is_same = former.as_ref().map(|former| &former.upstream)
                == current.as_ref().map(|current| &current.upstream);
            if is_same {
                let known = self.known_facts(plan).await?;
                return Ok(Claimed {
                    claims,
                    known,
                    moved_from: current,
                });
            }
            self.give_up(claims, Vec::new()).await;
        }
    }

    /// Asked before the provider is told anything; the unit of work that stores the channel decides.
    async fn must_be_free(&self, arrival: &Arrival) -> Result<(), ConnectChannelError> {
        let id = arrival.id;
        let known = self.0.store.read(move |tx| tx.channel(id)).await?;
        free_for(known.as_ref(), arrival)
    }

    /// What is remembered of the account, if it is connected already.
    async fn known_facts(&self, plan: &Plan) -> Result<Option<RawJson>, StorageError> {
        let (id, upstream) = (plan.channel, plan.upstream.clone());
        let channel = self.0.store.read(move |tx| tx.channel(id)).await?;
        Ok(channel
            .filter(|channel| channel.connection.is_connected())
            .filter(|channel| channel.upstream.as_ref() == Some(&upstream))
            .map(|channel| channel.facts))
    }

    /// What the channel is subscribed to while it is connected elsewhere than `plan` says.
    async fn plan_of_former(&self, plan: &Plan) -> Result<Option<Plan>, StorageError> {
        let (id, upstream) = (plan.channel, plan.upstream.clone());
        self.0
            .store
            .read(move |tx| {
                let channel = tx
                    .channel(id)?
                    .filter(|channel| channel.connection.is_connected())
                    .filter(|channel| channel.upstream.as_ref() != Some(&upstream));
                let Some(channel) = channel else {
                    return Ok(None);
                };
                let sealed = tx.credentials(id)?;
                Ok(Plan::of_channel(&channel, sealed))
            })
            .await
    }
}

fn free_for(known: Option<&Channel>, arrival: &Arrival) -> Result<(), ConnectChannelError> {
    match known {
        Some(known) if !is_of(known, &arrival.source, &arrival.draft.source_channel_id) => {
            Err(ConnectChannelError::Taken(arrival.id))
        }
        _ => Ok(()),
    }
}

/// Stores and announces a channel that the provider has accepted. Nothing is noted yet about one that is new.
fn put_arrival(
    tx: &mut dyn WriteTx,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<ConnectedChannel, ConnectChannelError> {
    let before = tx.channel(arrival.id)?;
    free_for(before.as_ref(), arrival)?;
    let records = match &before {
        Some(before) => tx.metadata(&[MetadataSubject::Channel(before.id)])?,
        None => Vec::new(),
    };
    let Draft {
        source_channel_id,
        name,
        image_url,
        upstream,
        credentials: _,
        facts,
    } = arrival.draft.clone();
    let former_image = before.as_ref().and_then(|before| before.image_url.clone());
    let channel = Channel {
        id: arrival.id,
        source: arrival.source.clone(),
        source_channel_id,
        name,
        image_url: image_url.or(former_image),
        connection: Connection::Connected,
        upstream,
        facts,
        created_at: before.map_or(now, |before| before.created_at),
        updated_at: now,
    };
    put_and_announce(tx, &channel)?;
    match &arrival.sealed {
        Some(sealed) => tx.put_credentials(channel.id, sealed)?,
        None => tx.erase_credentials(channel.id)?,
    }
    Ok(ConnectedChannel { channel, records })
}
