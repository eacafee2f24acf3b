//! Applying what envelopes say, many of them in one pass over the store.
//!
//! Each kind of thing is read with one question and written with one statement for the whole batch.
//! What is applied does not depend on order or repetition: messages are known by the provider's name
//! of them, everything else is the latest or the furthest of what was said.

mod changes;
mod messages;
mod notes;
mod parked;
mod registers;
mod route;
mod threads;
mod turns;

use std::collections::{BTreeMap, HashMap};

use switchboard_connector::{Connector, Inbound};
use switchboard_domain::{
    Channel, ChannelId, EnvelopeId, EventBody, EventKind, MessageId, NewEvent, NewJob, Source,
    Timestamp, Verdict,
};
use switchboard_storage::{StorageError, WriteTx};

use self::notes::Notes;
use self::threads::Threads;
use super::findings::Findings;
use super::reading::Reading;
use crate::media::MediaPolicies;

/// What a pass knows of the world.
#[derive(Clone, Debug)]
pub(crate) struct Applying {
    pub(crate) now: Timestamp,
    pub(crate) policies: MediaPolicies,
    /// Whether an echo that no message of ours fits is imported at once: nobody will claim it any
    /// more.
    pub(crate) imports_echoes: bool,
}

/// Envelopes that have been read, in their order.
pub(crate) type Batch = Vec<Reading>;

/// What a pass came to.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// What was found, envelope by envelope.
    pub(crate) findings: Vec<(EnvelopeId, Source, Findings)>,
    /// Messages that were stored.
    pub(crate) added: Vec<MessageId>,
    /// Messages that were there already.
    pub(crate) duplicates: u64,
    /// Other things that changed, by name.
    pub(crate) changed: BTreeMap<&'static str, u64>,
    /// Whether jobs were put.
    pub(crate) has_jobs: bool,
}

/// One thing that arrived for a channel of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arriving<'b> {
    /// Which envelope of the batch.
    pub(crate) reading: usize,
    /// Which entry of it.
    pub(crate) entry: usize,
    pub(crate) envelope: EnvelopeId,
    pub(crate) received_at: Timestamp,
    pub(crate) channel: ChannelId,
    pub(crate) connector: Option<&'static dyn Connector>,
    pub(crate) what: &'b Inbound,
}

/// A pass over a batch.
struct Pass<'t, 'b> {
    tx: &'t mut dyn WriteTx,
    applying: &'b Applying,
    channels: HashMap<ChannelId, Channel>,
    threads: Threads,
    notes: Notes,
    jobs: Vec<NewJob>,
    awaited: Vec<parked::Awaited>,
    applied: Applied,
}

/// Applies a batch. Does not say how far envelopes have been applied: that is the caller's.
pub(crate) fn apply(
    tx: &mut dyn WriteTx,
    applying: &Applying,
    batch: &Batch,
) -> Result<Applied, StorageError> {
    let mut findings: Vec<Findings> = batch.iter().map(|_| Findings::default()).collect();
    let (mut arriving, channels) = route::route(tx, batch, &mut findings)?;
    let mut pass = Pass {
        tx,
        applying,
        channels,
        threads: Threads::default(),
        notes: Notes::default(),
        jobs: Vec::new(),
        awaited: Vec::new(),
        applied: Applied::default(),
    };
    pass.load_threads(&arriving)?;
    pass.leave_others_threads_alone(&mut arriving, &mut findings);
    pass.rename_all(&arriving)?;
    pass.add_messages(&arriving)?;
    pass.make_changes(&arriving)?;
    pass.note(&arriving)?;
    for thing in &arriving {
        if let Some(findings) = findings.get_mut(thing.reading) {
            findings.took_effect();
        }
    }
    let mut applied = pass.finish()?;
    applied.findings = batch
        .iter()
        .zip(findings)
        .map(|(reading, findings)| (reading.envelope, reading.vouched.clone(), findings))
        .collect();
    Ok(applied)
}

impl Pass<'_, '_> {
    /// Writes what was gathered.
    fn finish(mut self) -> Result<Applied, StorageError> {
        self.write_notes()?;
        self.write_threads()?;
        for job in &self.jobs {
            self.applied.has_jobs |= self.tx.put_job(job)?;
        }
        Ok(self.applied)
    }

    fn source_of(&self, channel: ChannelId) -> Source {
        self.channels
            .get(&channel)
            .map_or_else(|| Source::named(""), |channel| channel.source.clone())
    }

    fn count(&mut self, what: &'static str) {
        *self.applied.changed.entry(what).or_default() += 1;
    }

    fn count_all(&mut self, what: &'static str, number: u64) {
        if number > 0 {
            *self.applied.changed.entry(what).or_default() += number;
        }
    }

    fn announce(
        &mut self,
        kind: EventKind,
        subject: impl Into<switchboard_domain::EventSubject>,
        about: uuid::Uuid,
    ) -> Result<(), StorageError> {
        self.tx.append_event(&NewEvent {
            kind,
            subject: subject.into(),
            body: EventBody::About(about),
            occurred_at: self.applying.now,
        })
    }
}

/// The worst that can be said of a thing that is for no channel of ours.
const NOT_OURS: Verdict = Verdict::Unrouted;

/// What is said of a thing that would reach into what another source speaks of: ids are made of names
/// with nothing between them, so that two sources can come to the same one.
const ANOTHERS: &str = "what has this name belongs to another source";
