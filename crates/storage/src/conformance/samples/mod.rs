//! What rules are tried on.

pub(super) mod envelopes;
pub(super) mod inbox;
pub(super) mod one_of_each;
pub(super) mod people;

use switchboard_domain::{
    Chance, Channel, ChannelId, Connection, EventBody, EventKind, EventSubject, FixedChance, Job,
    JobId, JobKind, KeyId, NewEvent, NewJob, RawJson, Sealed, Source, SourceChannelId, Timestamp,
    UpstreamKey,
};

/// The only kind of job there is so far.
pub(super) const KIND: JobKind = JobKind::SettleAccount;

/// A moment, `seconds` into the time that rules live in.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + seconds * 1000)
}

/// The `number`th channel of a source, connected at that second.
pub(super) fn channel_of(source: &str, number: u32) -> Channel {
    let source = Source::new(source);
    let source_channel_id = SourceChannelId::new(format!("account-{number}"));
    Channel {
        id: ChannelId::derive(&source, &source_channel_id),
        source,
        source_channel_id,
        name: format!("channel {number}"),
        image_url: Some(format!("https://example.org/{number}.png")),
        connection: Connection::Connected,
        upstream: Some(UpstreamKey::new(format!("test:page:{number}"))),
        facts: RawJson::from_checked(format!(r#"{{"number":{number}}}"#)),
        created_at: at(number.into()),
        updated_at: at(number.into()),
    }
}

/// The `number`th channel, of the source `test`.
pub(super) fn channel(number: u32) -> Channel {
    channel_of("test", number)
}

/// The `number`th channel with a number as its name.
pub(super) fn named(number: u32, name: u32) -> Channel {
    Channel {
        name: name.to_string(),
        ..channel(number)
    }
}

/// The `number`th event, about the channel of that number.
pub(super) fn event(number: u32) -> NewEvent {
    NewEvent {
        kind: EventKind::ChannelUpdated,
        subject: EventSubject::from(channel(number).id),
        body: EventBody::Told(RawJson::from_checked(number.to_string())),
        occurred_at: at(number.into()),
    }
}

/// The number that [`event`] was made from.
pub(super) fn number_of(body: &EventBody) -> u32 {
    match body {
        EventBody::Told(json) => json.as_str().parse().unwrap(),
        EventBody::About(_) => u32::MAX,
    }
}

/// A job with that key, due at that second.
pub(super) fn job(key: &str, due: i64) -> NewJob {
    NewJob {
        id: job_id(key),
        kind: KIND,
        key: key.to_owned(),
        payload: RawJson::from_checked(format!(r#"{{"key":"{key}"}}"#)),
        sealed: None,
        run_at: at(due),
    }
}

/// A job as it lies in the store once it was begun `attempts` times.
pub(super) fn stored(job: NewJob, attempts: u32) -> Job {
    Job {
        id: job.id,
        kind: job.kind,
        key: job.key,
        payload: job.payload,
        sealed: job.sealed,
        run_at: job.run_at,
        attempts,
    }
}

/// An id that depends on `seed` alone.
pub(super) fn job_id(seed: &str) -> JobId {
    let seed = seed.bytes().fold(7_u64, |hash, byte| {
        hash.wrapping_mul(1_000_003) ^ u64::from(byte)
    });
    JobId::from_uuid(FixedChance::seeded(seed).uuid())
}

/// Something sealed that contains `text`.
pub(super) fn sealed(text: &str) -> Sealed {
    Sealed {
        key_id: KeyId::new("00112233aabbccdd"),
        bytes: text.bytes().chain([0, 255]).collect(),
    }
}
