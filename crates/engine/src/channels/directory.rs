//! The list of channels, kept in memory and never believed without asking.
//!
//! Each request learns from the store how often the channels have changed, so what any hub on the
//! same database has acknowledged is in the list at once. That question costs one row; requests that
//! arrive while it is being asked share the next one. The channels themselves are read again only
//! after a change.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use parking_lot::Mutex;
use switchboard_domain::{Channel, ChannelFilter, ChannelId, MetadataRecord, MetadataSubject};
use switchboard_storage::{ReadTx, Revision, StorageError, Store};
use tokio::sync::oneshot;

use crate::Engine;

/// Channels kept in memory, over all filters: some 10 MB. Longer lists are read for each request.
const KEPT_CHANNELS: usize = 20_000;
/// Filters kept in memory.
const KEPT_FILTERS: usize = 64;

/// The channels that pass a filter, as they stood at one revision.
#[derive(Debug)]
pub struct Listing {
    /// Ordered by creation and then id.
    pub channels: Vec<Channel>,
    /// What is noted about them besides.
    pub notes: Notes,
    revision: Revision,
    rendered: OnceLock<Bytes>,
}

impl Listing {
    /// The list in the form that `render` gives it; rendered once however often it is asked for.
    /// What it returns is shared and not copied.
    pub fn rendered(&self, render: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.rendered.get_or_init(|| render(self)).clone()
    }
}

/// What is noted about channels, by their ids.
pub type Notes = HashMap<ChannelId, Vec<MetadataRecord>>;

/// Reads what is noted about channels.
fn notes_of(tx: &mut dyn ReadTx, channels: &[Channel]) -> Result<Notes, StorageError> {
    if channels.is_empty() {
        return Ok(Notes::new());
    }
    tx.metadata(&subjects_of(channels)).map(by_channel)
}

fn subjects_of(channels: &[Channel]) -> Vec<MetadataSubject> {
    let subjects = channels
        .iter()
        .map(|channel| MetadataSubject::Channel(channel.id));
    subjects.collect()
}

fn by_channel(records: Vec<MetadataRecord>) -> Notes {
    let mut notes = Notes::new();
    for record in records {
        if let MetadataSubject::Channel(id) = record.subject {
            notes.entry(id).or_default().push(record);
        }
    }
    notes
}

/// A failure that several requests share.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct SharedStorageError(#[from] Arc<StorageError>);

impl SharedStorageError {
    /// The failure itself.
    pub fn storage(&self) -> &StorageError {
        &self.0
    }
}

type Answer = Result<Arc<Listing>, SharedStorageError>;

#[derive(Debug)]
pub(crate) struct Directory {
    store: Store,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    kept: HashMap<ChannelFilter, Arc<Listing>>,
    waiting: Vec<(ChannelFilter, oneshot::Sender<Answer>)>,
    asking: bool,
}

impl Engine {
    /// The channels that pass `filter`, connected or not, ordered by creation and then id. Holds
    /// every change that was acknowledged, by any hub on the same database, before the call.
    pub async fn list_channels(
        &self,
        filter: ChannelFilter,
    ) -> Result<Arc<Listing>, SharedStorageError> {
        self.0.directory.list(filter).await
    }

    /// What is noted about channels.
    pub async fn notes_of_channels(&self, channels: Vec<Channel>) -> Result<Notes, StorageError> {
        if channels.is_empty() {
            return Ok(Notes::new());
        }
        let subjects = subjects_of(&channels);
        let records = self.0.store.read_one(move |tx| tx.metadata(&subjects));
        records.await.map(by_channel)
    }
}

impl Directory {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            state: Arc::default(),
        }
    }

    async fn list(&self, filter: ChannelFilter) -> Answer {
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut state = self.state.lock();
            state.waiting.push((filter, answer));
            !std::mem::replace(&mut state.asking, true)
        };
        if begin {
            tokio::spawn(answer_all(self.store.clone(), Arc::clone(&self.state)));
        }
        answered
            .await
            .unwrap_or_else(|_dropped| Err(SharedStorageError(Arc::new(StorageError::Closed))))
    }
}

/// Asks the store, round after round, until nobody waits. A round answers only those who were
/// waiting when it began.
async fn answer_all(store: Store, state: Arc<Mutex<State>>) {
    loop {
        let round = {
            let mut state = state.lock();
            if state.waiting.is_empty() {
                state.asking = false;
                return;
            }
            std::mem::take(&mut state.waiting)
        };
        match ask_revision(&store).await {
            Ok(revision) => answer_round(&store, &state, revision, round).await,
            Err(error) => fail(round, error),
        }
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method itself has a lifetime too few"
)]
async fn ask_revision(store: &Store) -> Result<Revision, StorageError> {
    store.read_one(|ask| ask.channels_revision()).await
}

async fn answer_round(
    store: &Store,
    state: &Mutex<State>,
    revision: Revision,
    round: Vec<(ChannelFilter, oneshot::Sender<Answer>)>,
) {
    let mut stale = Vec::new();
    {
        let state = state.lock();
        for (filter, answer) in round {
            match state.kept.get(&filter) {
                Some(listing) if listing.revision == revision => {
                    // Whoever asked may have gone away.
                    drop(answer.send(Ok(Arc::clone(listing))));
                }
                _ => stale.push((filter, answer)),
            }
        }
    }
    if stale.is_empty() {
        return;
    }
    let mut filters: Vec<_> = stale.iter().map(|(filter, _)| filter.clone()).collect();
    filters.sort_unstable_by_key(|filter| {
        (
            filter
                .source
                .as_ref()
                .map(|source| source.as_str().to_owned()),
            filter.connected,
        )
    });
    filters.dedup();
    let read = store
        .read(move |tx| {
            let revision = tx.channels_revision()?;
            let mut listings = Vec::with_capacity(filters.len());
            for filter in filters {
                let channels = tx.channels(&filter)?;
                let notes = notes_of(tx, &channels)?;
                listings.push((
                    filter,
                    Listing {
                        channels,
                        notes,
                        revision,
                        rendered: OnceLock::new(),
                    },
                ));
            }
            Ok(listings)
        })
        .await;
    match read {
        Ok(listings) => {
            let listings: HashMap<_, _> = listings
                .into_iter()
                .map(|(filter, listing)| (filter, Arc::new(listing)))
                .collect();
            for (filter, answer) in stale {
                if let Some(listing) = listings.get(&filter) {
                    drop(answer.send(Ok(Arc::clone(listing))));
                }
            }
            keep(&mut state.lock().kept, listings);
        }
        Err(error) => fail(stale, error),
    }
}

/// Keeps the new listings, within the bounds: what is older than they are goes first.
fn keep(
    kept: &mut HashMap<ChannelFilter, Arc<Listing>>,
    listings: HashMap<ChannelFilter, Arc<Listing>>,
) {
    let Some(newest) = listings.values().map(|listing| listing.revision).max() else {
        return;
    };
    kept.retain(|_, listing| listing.revision >= newest);
    for (filter, listing) in listings {
        let held: usize = kept.values().map(|listing| listing.channels.len()).sum();
        if kept.len() < KEPT_FILTERS && held + listing.channels.len() <= KEPT_CHANNELS {
            kept.insert(filter, listing);
        }
    }
}

fn fail(waiting: Vec<(ChannelFilter, oneshot::Sender<Answer>)>, error: StorageError) {
    let error = Arc::new(error);
    for (_, answer) in waiting {
        drop(answer.send(Err(SharedStorageError(Arc::clone(&error)))));
    }
}
