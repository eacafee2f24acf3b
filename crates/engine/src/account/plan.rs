//! What settling needs to know of an account that may be in no table.

use serde::{Deserialize, Serialize};
use switchboard_connector::{Account, Draft};
use switchboard_domain::{
    Channel, ChannelId, RawJson, Sealed, Secret, Source, SourceChannelId, UpstreamKey,
};
use uuid::Uuid;

/// An account whose subscription somebody is changing.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) source: Source,
    pub(crate) channel: ChannelId,
    pub(crate) source_channel_id: SourceChannelId,
    pub(crate) upstream: UpstreamKey,
    pub(crate) facts: RawJson,
    pub(crate) sealed: Option<Sealed>,
}

/// The part of a plan that is no secret, as it lies in a job.
#[derive(Serialize, Deserialize)]
struct PlanJson {
    source: String,
    channel_id: Uuid,
    source_channel_id: String,
    facts: String,
}

impl Plan {
    /// The plan for an account that is about to be connected.
    pub(crate) fn of_draft(
        source: &Source,
        channel: ChannelId,
        draft: &Draft,
        upstream: &UpstreamKey,
        sealed: Option<Sealed>,
    ) -> Self {
        Self {
            source: source.clone(),
            channel,
            source_channel_id: draft.source_channel_id.clone(),
            upstream: upstream.clone(),
            facts: draft.facts.clone(),
            sealed,
        }
    }

    /// The plan for a stored channel; `None` if it has nothing upstream.
    pub(crate) fn of_channel(channel: &Channel, sealed: Option<Sealed>) -> Option<Self> {
        Some(Self {
            source: channel.source.clone(),
            channel: channel.id,
            source_channel_id: channel.source_channel_id.clone(),
            upstream: channel.upstream.clone()?,
            facts: channel.facts.clone(),
            sealed,
        })
    }

    /// The plan in a job of that upstream; `None` if the job says nothing, or nothing we understand.
    pub(crate) fn of_job(
        upstream: &str,
        payload: &RawJson,
        sealed: Option<Sealed>,
    ) -> Option<Self> {
        let PlanJson {
            source,
            channel_id,
            source_channel_id,
            facts,
        } = serde_json::from_str(payload.as_str()).ok()?;
        Some(Self {
            source: Source::new(source),
            channel: ChannelId::from_uuid(channel_id),
            source_channel_id: SourceChannelId::new(source_channel_id),
            upstream: UpstreamKey::new(upstream),
            facts: RawJson::from_checked(facts),
            sealed,
        })
    }

    /// The part that is no secret, for a job.
    #[expect(
        clippy::expect_used,
        reason = "the sentence proves that it cannot fail"
    )]
    pub(crate) fn to_payload(&self) -> RawJson {
        let json = PlanJson {
            source: self.source.as_str().to_owned(),
            channel_id: self.channel.as_uuid(),
            source_channel_id: self.source_channel_id.as_str().to_owned(),
            facts: self.facts.as_str().to_owned(),
        };
        RawJson::from_checked(serde_json::to_string(&json).expect("text and an id are JSON"))
    }

    /// The account, for its connector.
    pub(crate) fn account(&self, credentials: Option<Secret>) -> Account {
        Account {
            source_channel_id: self.source_channel_id.clone(),
            upstream: self.upstream.clone(),
            credentials,
            facts: self.facts.clone(),
        }
    }
}
