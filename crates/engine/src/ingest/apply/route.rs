//! Which channel a thing is for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use switchboard_connector::Inbound;
use switchboard_domain::{
    Channel, ChannelFilter, ChannelId, ConversationId, MessageId, Source, SourceChannelId, Verdict,
};
use switchboard_storage::{StorageError, WriteTx};

use super::super::findings::Findings;
use super::super::reading::{Item, Reader, Reading};
use super::{ANOTHERS, Arriving, NOT_OURS};
use crate::channels::is_of;

/// Sorts out what cannot take effect, and says why; gives what can, in its order, and the channels.
pub(super) fn route<'b>(
    tx: &mut dyn WriteTx,
    batch: &'b [Reading],
    findings: &mut [Findings],
) -> Result<(Vec<Arriving<'b>>, HashMap<ChannelId, Channel>), StorageError> {
    let mut routes = Routes::default();
    let mut arriving = Vec::with_capacity(batch.len());
    for (number, (reading, findings)) in batch.iter().zip(findings).enumerate() {
        for (entry, item) in reading.items.iter().enumerate() {
            let account = match &item.entry.what {
                Inbound::UpstreamNoted { upstream, .. } => Some(upstream.as_str()),
                _ => item.entry.channel.as_ref().map(SourceChannelId::as_str),
            };
            let refusal = match &item.entry.what {
                Inbound::Nothing(kind) => Some((Verdict::Ignored, kind.as_str())),
                Inbound::Unknown(kind) => Some((Verdict::Unknown, kind.as_str())),
                Inbound::Malformed(problem) => Some((Verdict::Malformed, problem.as_str())),
                what if !names_fit(what) => Some((
                    Verdict::Malformed,
                    "a name of a message or a person is too long",
                )),
                _ => None,
            };
            if let Some((verdict, what)) = refusal {
                findings.add(entry, verdict, what, account);
                continue;
            }
            let Some(found) = routes.channels_of(tx, item)? else {
                findings.add(entry, NOT_OURS, ANOTHERS, account);
                continue;
            };
            if found.is_empty() {
                let what = "no connected channel has this account";
                findings.add(entry, NOT_OURS, what, account);
            }
            arriving.extend(found.into_iter().map(|channel| Arriving {
                reading: number,
                entry,
                envelope: reading.envelope,
                received_at: reading.received_at,
                channel,
                connector: item.reader.connector(),
                what: &item.entry.what,
            }));
        }
    }
    let channels = routes
        .known
        .into_iter()
        .filter_map(|(id, channel)| Some((id, channel?)))
        .collect();
    Ok((arriving, channels))
}

/// Longest name of a message or a person, in bytes. Providers' have less than 200; a database refuses
/// to find by what is thousands of bytes long.
const LONGEST_NAME: usize = 1_000;

/// Whether everything that a thing is found by is short enough.
fn names_fit(what: &Inbound) -> bool {
    let target = match what {
        Inbound::Message(message) => message.provider_id.as_deref(),
        Inbound::Edited { target, .. }
        | Inbound::Unsent { target, .. }
        | Inbound::Reacted { target, .. }
        | Inbound::Confirmed { target, .. }
        | Inbound::MessageNoted { target, .. } => Some(target.as_str()),
        _ => None,
    };
    let notes = match what {
        Inbound::Message(message) => &[&message.notes[..], &message.conversation_notes[..]][..],
        Inbound::Noted { notes, .. }
        | Inbound::ChannelNoted { notes, .. }
        | Inbound::UpstreamNoted { notes, .. }
        | Inbound::MessageNoted { notes, .. } => &[&notes[..]],
        _ => &[],
    };
    target
        .into_iter()
        .chain(super::threads::handles_of(what))
        .chain(
            notes
                .iter()
                .copied()
                .flatten()
                .map(|note| note.key.as_str()),
        )
        .all(|name| name.len() <= LONGEST_NAME)
}

/// Where a thing goes.
enum Route {
    To(ChannelId),
    Nowhere,
    /// It is about something that another source speaks of.
    Anothers,
}

impl From<Option<ChannelId>> for Route {
    fn from(channel: Option<ChannelId>) -> Self {
        channel.map_or(Self::Nowhere, Self::To)
    }
}

/// Channels that were looked for, each once.
#[derive(Default)]
struct Routes {
    /// `None`: it does not exist or is not connected.
    known: HashMap<ChannelId, Option<Channel>>,
    accounts: HashMap<(Source, String), ChannelId>,
    only: HashMap<Source, Option<ChannelId>>,
}

impl Routes {
    /// The channels that a thing is for: one, or those that share the account it is about. `None` if it
    /// speaks of what is another source's.
    fn channels_of(
        &mut self,
        tx: &mut dyn WriteTx,
        item: &Item,
    ) -> Result<Option<Vec<ChannelId>>, StorageError> {
        let Inbound::UpstreamNoted { upstream, .. } = &item.entry.what else {
            return Ok(match self.channel_of(tx, item)? {
                Route::To(channel) => Some(vec![channel]),
                Route::Nowhere => Some(Vec::new()),
                Route::Anothers => None,
            });
        };
        let source = item.reader.source();
        let mut channels = tx.channels_of_upstream(upstream)?;
        channels.retain(|channel| channel.source == source);
        let found = channels.into_iter().map(|channel| {
            let id = channel.id;
            self.known.insert(id, Some(channel));
            id
        });
        Ok(Some(found.collect()))
    }

    fn channel_of(&mut self, tx: &mut dyn WriteTx, item: &Item) -> Result<Route, StorageError> {
        let source = item.reader.source();
        let Some(account) = &item.entry.channel else {
            if let Reader::Custom(source) = &item.reader {
                match route_of_subject(tx, source, &item.entry.what)? {
                    Route::To(id) => return Ok(self.connected(tx, id)?.into()),
                    Route::Anothers => return Ok(Route::Anothers),
                    Route::Nowhere => {}
                }
            }
            return Ok(self.only_channel_of(tx, source)?.into());
        };
        let key = (source.clone(), account.as_str().to_owned());
        let id = match self.accounts.entry(key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let id = ChannelId::derive(&place.key().0, account);
                *place.insert(id)
            }
        };
        let found = self.connected(tx, id)?;
        let is_theirs = |channel: &Channel| !is_of(channel, &source, account);
        if self
            .known
            .get(&id)
            .and_then(Option::as_ref)
            .is_some_and(is_theirs)
        {
            return Ok(Route::Anothers);
        }
        Ok(found.into())
    }

    /// The channel of that id, if it is connected.
    fn connected(
        &mut self,
        tx: &mut dyn WriteTx,
        id: ChannelId,
    ) -> Result<Option<ChannelId>, StorageError> {
        if let Some(known) = self.known.get(&id) {
            return Ok(known.as_ref().map(|channel| channel.id));
        }
        let channel = tx
            .channel(id)?
            .filter(|channel| channel.connection.is_connected());
        let found = channel.as_ref().map(|channel| channel.id);
        self.known.insert(id, channel);
        Ok(found)
    }

    /// Where a provider does not say whom a thing is for, there can be only one.
    fn only_channel_of(
        &mut self,
        tx: &mut dyn WriteTx,
        source: Source,
    ) -> Result<Option<ChannelId>, StorageError> {
        if let Some(known) = self.only.get(&source) {
            return Ok(*known);
        }
        let filter = ChannelFilter {
            source: Some(source.clone()),
            connected: Some(true),
        };
        let mut channels = tx.channels(&filter)?;
        let only = match channels.len() {
            1 => channels.pop(),
            _ => None,
        };
        let found = only.as_ref().map(|channel| channel.id);
        if let Some(channel) = only {
            self.known.insert(channel.id, Some(channel));
        }
        self.only.insert(source, found);
        Ok(found)
    }
}

/// A custom source notes things without saying on which channel: it is that of the conversation.
fn route_of_subject(
    tx: &mut dyn WriteTx,
    source: &Source,
    what: &Inbound,
) -> Result<Route, StorageError> {
    let conversation = match what {
        Inbound::Introduced { handle, .. }
        | Inbound::Noted { handle, .. }
        | Inbound::StateSet { handle, .. } => ConversationId::of_custom_source(source, handle),
        Inbound::MessageNoted { target, .. } => {
            let name = format!("{}{target}", source.as_str());
            let Some(message) = tx.message(MessageId::of_global_name(&name))? else {
                return Ok(Route::Nowhere);
            };
            message.conversation
        }
        _ => return Ok(Route::Nowhere),
    };
    Ok(match tx.conversation(conversation)? {
        None => Route::Nowhere,
        Some(known) if known.source != *source => Route::Anothers,
        Some(known) => Route::To(known.channel),
    })
}
