//! What a unit of work can say, noun by noun.

mod contacts;
mod conversations;
mod desk;
mod envelopes;
mod messages;
mod metadata;
mod shown;
mod upkeep;

use switchboard_domain::{
    Channel, ChannelFilter, ChannelId, Event, Job, JobId, JobKind, NewEvent, NewJob, Position,
    Sealed, Timestamp, UpstreamKey,
};

pub use contacts::{ContactReads, ContactWrites};
pub use conversations::{
    COUNTED, ConversationPage, ConversationQuery, ConversationReads, ConversationWrites,
};
pub use desk::{
    CustomSourceReads, CustomSourceWrites, MediaReads, MediaWrites, TagReads, TagWrites,
    TemplateReads, TemplateWrites, UserReads, UserWrites,
};
pub use envelopes::{EnvelopeReads, EnvelopeWrites};
pub use messages::{MessageReads, MessageWrites, SearchText};
pub use metadata::{MetadataReads, MetadataWrites};
pub use shown::{Shown, ShownReads, Wanted, shown_kind_by_kind};
pub use upkeep::{Swept, UpkeepWrites};

use crate::StorageError;

/// How often the channels have changed. Grows with each committed unit that changed one, on every
/// node of the same database; two equal revisions mean the same channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub i64);

/// Reading channels.
pub trait ChannelReads {
    /// The channel with that id. In a unit that writes, the latest committed state, which nobody
    /// else can change until the unit ends.
    fn channel(&mut self, id: ChannelId) -> Result<Option<Channel>, StorageError>;

    /// Those of the channels that exist, in any order. `ids` may repeat.
    fn channels_by_id(&mut self, ids: &[ChannelId]) -> Result<Vec<Channel>, StorageError>;

    /// The channels that pass `filter`, ordered by creation and then id.
    fn channels(&mut self, filter: &ChannelFilter) -> Result<Vec<Channel>, StorageError>;

    /// The connected channels that share an account on the provider's side, ordered by id.
    fn channels_of_upstream(
        &mut self,
        upstream: &UpstreamKey,
    ) -> Result<Vec<Channel>, StorageError>;

    /// How often the channels have changed so far. One row by its key: cheap enough for each
    /// request.
    fn channels_revision(&mut self) -> Result<Revision, StorageError>;
}

/// Writing channels.
pub trait ChannelWrites {
    /// Inserts the channel, or replaces everything but `created_at` of the one with its id, and
    /// advances [`ChannelReads::channels_revision`].
    fn put_channel(&mut self, channel: &Channel) -> Result<(), StorageError>;
}

/// Reading credentials.
pub trait CredentialReads {
    /// What lets us act for a channel; `None` once it is disconnected.
    fn credentials(&mut self, channel: ChannelId) -> Result<Option<Sealed>, StorageError>;
}

/// Writing credentials.
pub trait CredentialWrites {
    /// Stores or replaces a channel's credentials. The channel exists, or is put in this unit.
    fn put_credentials(
        &mut self,
        channel: ChannelId,
        credentials: &Sealed,
    ) -> Result<(), StorageError>;

    /// Erases them; nothing happens if there are none. An embedded database overwrites the bytes; a
    /// server may keep the sealed ones in pages it has freed.
    fn erase_credentials(&mut self, channel: ChannelId) -> Result<(), StorageError>;
}

/// Reading the event log.
pub trait EventReads {
    /// Up to `limit` events after `position`, in the order of commits. An event that commits later
    /// never gets a position at or before one that was already readable.
    fn events_after(
        &mut self,
        position: Position,
        limit: usize,
    ) -> Result<Vec<Event>, StorageError>;

    /// The position of the newest event, [`Position::START`] if there is none.
    fn last_position(&mut self) -> Result<Position, StorageError>;
}

/// Writing the event log.
pub trait EventWrites {
    /// Appends an event. Events of one unit keep their order.
    fn append_event(&mut self, event: &NewEvent) -> Result<(), StorageError>;

    /// Removes up to `limit` events that occurred before `before`, oldest first. Says how many.
    fn drop_events(&mut self, before: Timestamp, limit: usize) -> Result<u64, StorageError>;
}

/// Reading jobs.
pub trait JobReads {
    /// The job of that kind and key, whoever works on it.
    fn job(&mut self, kind: JobKind, key: &str) -> Result<Option<Job>, StorageError>;

    /// When the first job of that kind is due; `None` if there is no job.
    fn next_due(&mut self, kind: JobKind) -> Result<Option<Timestamp>, StorageError>;
}

/// Writing jobs.
pub trait JobWrites {
    /// Writes a job down. `false`, and nothing written, if one of its kind and key exists: of two
    /// units that try at the same time, on any nodes, exactly one gets `true`.
    fn put_job(&mut self, job: &NewJob) -> Result<bool, StorageError>;

    /// Takes up to `limit` jobs of that kind that are due at `now`, the longest due first. Each comes
    /// back with `attempts` counted up and `run_at` moved to `lease_until`; until then no other
    /// claim gets it. Jobs that another unit is claiming are skipped, not waited for.
    fn claim_jobs(
        &mut self,
        kind: JobKind,
        now: Timestamp,
        lease_until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Job>, StorageError>;

    /// Removes a job. `false`, and nothing removed, unless it is still at that attempt: somebody
    /// else has claimed or finished it.
    fn finish_job(&mut self, id: JobId, attempts: u32) -> Result<bool, StorageError>;

    /// Makes a job due at `run_at`. `false`, and nothing changed, unless it is still at that
    /// attempt.
    fn reschedule_job(
        &mut self,
        id: JobId,
        attempts: u32,
        run_at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Makes every job of that kind due no later than `now`: for the start of a store that no
    /// other process can be using, where every lease belongs to the dead. Returns how many it was.
    fn expire_leases(&mut self, kind: JobKind, now: Timestamp) -> Result<u64, StorageError>;
}

/// Proving that the database takes writes.
pub trait ProofWrites {
    /// Changes one row that says nothing else, in place: it costs what the smallest write costs, and
    /// nothing grows however often it is done.
    fn prove_writable(&mut self) -> Result<(), StorageError>;
}

/// Everything a unit that only reads can say. All reads of one unit see one state.
pub trait ReadTx:
    ChannelReads
    + CredentialReads
    + EventReads
    + JobReads
    + EnvelopeReads
    + ConversationReads
    + MessageReads
    + MetadataReads
    + ContactReads
    + TagReads
    + TemplateReads
    + UserReads
    + CustomSourceReads
    + MediaReads
    + ShownReads
{
}

/// Everything a unit that writes can say.
pub trait WriteTx:
    ReadTx
    + ChannelWrites
    + CredentialWrites
    + EventWrites
    + JobWrites
    + EnvelopeWrites
    + ConversationWrites
    + MessageWrites
    + MetadataWrites
    + ContactWrites
    + TagWrites
    + TemplateWrites
    + UserWrites
    + CustomSourceWrites
    + MediaWrites
    + UpkeepWrites
    + ProofWrites
{
}

impl<T> ReadTx for T where
    T: ChannelReads
        + CredentialReads
        + EventReads
        + JobReads
        + EnvelopeReads
        + ConversationReads
        + MessageReads
        + MetadataReads
        + ContactReads
        + TagReads
        + TemplateReads
        + UserReads
        + CustomSourceReads
        + MediaReads
        + ShownReads
{
}

impl<T> WriteTx for T where
    T: ReadTx
        + ChannelWrites
        + CredentialWrites
        + EventWrites
        + JobWrites
        + EnvelopeWrites
        + ConversationWrites
        + MessageWrites
        + MetadataWrites
        + ContactWrites
        + TagWrites
        + TemplateWrites
        + UserWrites
        + CustomSourceWrites
        + MediaWrites
        + UpkeepWrites
        + ProofWrites
{
}
