//! Noting things about conversations, messages and channels.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use switchboard_connector::{Inbound, Note};
use switchboard_domain::{
    ChannelId, ConversationId, EventSubject, MessageId, MetadataRecord, MetadataSubject,
    MetadataValue, Receipt, Timestamp,
};
use switchboard_storage::StorageError;

use super::changes::counted_as;
use super::threads::Changed;
use super::{Arriving, Pass};
use crate::metadata::announce_metadata;
use crate::words::words;

/// The key under which conversations are found by their state.
const STATE: &str = "state";

/// What a pass has to note.
#[derive(Debug, Default)]
pub(super) struct Notes {
    records: Vec<MetadataRecord>,
    /// Whose readers are to be told of a subject.
    about: BTreeMap<MetadataSubject, EventSubject>,
}

impl Pass<'_, '_> {
    /// Takes what the batch says besides messages and their changes.
    pub(super) fn note(&mut self, arriving: &[Arriving<'_>]) -> Result<(), StorageError> {
        for thing in arriving {
            let channel = thing.channel;
            match thing.what {
                Inbound::ConfirmedUntil {
                    handle,
                    receipt,
                    until,
                } => self.confirm_until(*thing, handle, *receipt, *until),
                Inbound::Introduced {
                    handle,
                    profile,
                    at,
                } => {
                    let thread = self.thread(channel, std::slice::from_ref(handle), *at);
                    self.introduce(thread, profile, *at, thing.connector);
                }
                Inbound::Noted { handle, notes, at } => {
                    let thread = self.thread(channel, std::slice::from_ref(handle), *at);
                    self.note_conversation(thread, notes, *at);
                }
                Inbound::ChannelNoted { notes, at } | Inbound::UpstreamNoted { notes, at, .. } => {
                    self.note_channel(channel, notes, *at);
                }
                Inbound::StateSet { handle, state, at } => {
                    let thread = self.thread(channel, std::slice::from_ref(handle), *at);
                    self.set_state(thread, state, *at)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn confirm_until(
        &mut self,
        thing: Arriving<'_>,
        handle: &String,
        receipt: Receipt,
        until: Timestamp,
    ) {
        let thread = self.thread(
            thing.channel,
            std::slice::from_ref(handle),
            thing.received_at,
        );
        let mut is_news = false;
        self.change_thread(thread, |conversation| {
            let places = match receipt {
                Receipt::Seen => [
                    Some(&mut conversation.delivered_until),
                    Some(&mut conversation.seen_until),
                ],
                Receipt::Delivered => [Some(&mut conversation.delivered_until), None],
                Receipt::Sent | Receipt::Failed => [None, None],
            };
            for place in places.into_iter().flatten() {
                if *place < Some(until) {
                    *place = Some(until);
                    is_news = true;
                }
            }
            if is_news { Changed::News } else { Changed::Not }
        });
        if is_news {
            self.count("receipts");
        }
    }

    pub(super) fn note_message(
        &mut self,
        id: MessageId,
        thread: ConversationId,
        notes: &[Note],
        at: Timestamp,
    ) {
        self.take_notes(MetadataSubject::Message(id), thread.into(), notes, at);
    }

    /// Notes something about a message of a known conversation.
    pub(super) fn note_of_message(
        &mut self,
        (id, thread): (MessageId, ConversationId),
        key: &str,
        value: MetadataValue,
        at: Timestamp,
    ) {
        let note = Note {
            key: key.to_owned(),
            value,
        };
        self.take_notes(MetadataSubject::Message(id), thread.into(), &[note], at);
    }

    pub(super) fn note_conversation(&mut self, id: ConversationId, notes: &[Note], at: Timestamp) {
        self.take_notes(MetadataSubject::Conversation(id), id.into(), notes, at);
    }

    fn note_channel(&mut self, id: ChannelId, notes: &[Note], at: Timestamp) {
        self.take_notes(MetadataSubject::Channel(id), id.into(), notes, at);
    }

    fn take_notes(
        &mut self,
        subject: MetadataSubject,
        readers: EventSubject,
        notes: &[Note],
        at: Timestamp,
    ) {
        if notes.is_empty() {
            return;
        }
        self.notes.about.insert(subject, readers);
        self.notes
            .records
            .extend(notes.iter().map(|note| MetadataRecord {
                subject,
                key: note.key.clone(),
                value: note.value.clone(),
                written_at: at,
            }));
    }

    /// Writes what was noted, and announces what is different.
    pub(super) fn write_notes(&mut self) -> Result<(), StorageError> {
        let Notes { records, about } = std::mem::take(&mut self.notes);
        if records.is_empty() {
            return Ok(());
        }
        let mut before = self.noted_about_conversations(&records)?;
        let written = self.tx.put_metadata(&records)?;
        let mut told = BTreeMap::new();
        for (record, is_written) in records.iter().zip(written) {
            if !is_written {
                continue;
            }
            // What is only said again, at a later time, is nothing new; nor is that something is not there
            // which never was. Of conversations all that stood was read.
            let place = (record.subject, record.key.clone());
            let stood = match before.insert(place, record.value.clone()) {
                None if matches!(record.subject, MetadataSubject::Conversation(_)) => {
                    Some(MetadataValue::Removed)
                }
                stood => stood,
            };
            if stood.as_ref() == Some(&record.value) {
                continue;
            }
            if let Some(what) = counted_as(&record.key) {
                self.count(what);
            }
            if let Some(readers) = about.get(&record.subject) {
                told.insert(record.subject, *readers);
            }
            if let MetadataSubject::Conversation(id) = record.subject {
                if record.key == STATE {
                    // Found by the state that it is in, whatever else is noted under that name.
                    continue;
                }
                let words = match &record.value {
                    MetadataValue::Removed => Vec::new(),
                    value => words(value.as_text()),
                };
                self.tx
                    .put_words(id, &format!("metadata.{}", record.key), &words)?;
            }
        }
        for (subject, readers) in told {
            announce_metadata(self.tx, subject, readers, self.applying.now)?;
        }
        Ok(())
    }

    /// What stands at the conversations that something is to be noted about.
    fn noted_about_conversations(
        &mut self,
        records: &[MetadataRecord],
    ) -> Result<HashMap<(MetadataSubject, String), MetadataValue>, StorageError> {
        let subjects: BTreeSet<_> = records
            .iter()
            .map(|record| record.subject)
            .filter(|subject| matches!(subject, MetadataSubject::Conversation(_)))
            .collect();
        if subjects.is_empty() {
            return Ok(HashMap::new());
        }
        let subjects: Vec<_> = subjects.into_iter().collect();
        let known = self.tx.metadata(&subjects)?.into_iter();
        Ok(known
            .map(|record| ((record.subject, record.key), record.value))
            .collect())
    }
}
