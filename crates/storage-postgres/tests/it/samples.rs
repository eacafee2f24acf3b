//! Channels, events and jobs to try things on.

use switchboard_domain::{
    Chance, Channel, ChannelId, Connection, Conversation, ConversationId, Event, EventBody,
    EventKind, EventSubject, FixedChance, JobId, JobKind, NewEnvelope, NewEvent, NewJob, NodeId,
    RawJson, Source, SourceChannelId, Timestamp,
};

pub(crate) const KIND: JobKind = JobKind::SettleAccount;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + seconds * 1000)
}

pub(crate) fn channel(number: u32) -> Channel {
    let source = Source::named("test");
    let source_channel_id = SourceChannelId::new(format!("account-{number}"));
    Channel {
        id: ChannelId::derive(&source, &source_channel_id),
        source,
        source_channel_id,
        name: format!("channel {number}"),
        image_url: None,
        connection: Connection::Connected,
        upstream: None,
        facts: RawJson::empty_object(),
        created_at: at(number.into()),
        updated_at: at(number.into()),
    }
}

pub(crate) fn event(number: u32) -> NewEvent {
    NewEvent {
        kind: EventKind::ChannelUpdated,
        subject: EventSubject::from(channel(number).id),
        body: EventBody::Told(RawJson::from_checked(number.to_string())),
        occurred_at: at(number.into()),
    }
}

pub(crate) fn job(number: u32) -> NewJob {
    NewJob {
        id: JobId::from_uuid(FixedChance::seeded(number.into()).uuid()),
        kind: KIND,
        key: number.to_string(),
        payload: RawJson::empty_object(),
        sealed: None,
        run_at: at(0),
    }
}

/// What an event tells.
pub(crate) fn told(event: &Event) -> &str {
    match &event.body {
        EventBody::Told(json) => json.as_str(),
        EventBody::About(id) => panic!("event {:?} is about {id}", event.position),
    }
}

pub(crate) fn envelope(number: u32) -> NewEnvelope {
    NewEnvelope {
        source: Source::named("test"),
        target: "/test".to_owned(),
        headers: RawJson::empty_object(),
        body: number.to_string().into_bytes(),
        received_at: at(number.into()),
    }
}

pub(crate) fn conversation(number: u32) -> Conversation {
    let channel = channel(1);
    let handle = format!("handle-{number}");
    let id = ConversationId::derive(channel.id, &handle);
    Conversation::begun(id, channel.id, channel.source, &handle, at(number.into()))
}

pub(crate) fn node(number: u64) -> NodeId {
    NodeId::from_uuid(FixedChance::seeded(number).uuid())
}
