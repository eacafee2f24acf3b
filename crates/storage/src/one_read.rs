//! A unit of work that asks the database one thing.

use switchboard_domain::{
    Channel, ChannelFilter, ChannelId, Envelope, EnvelopeId, Event, Job, JobKind, MetadataRecord,
    MetadataSubject, Position, Sealed, Timestamp, UpstreamKey,
};

use crate::{ReadTx, Revision, StorageError};

/// One question, used up by asking it: a second one does not compile.
///
/// The questions are those of [`crate::ChannelReads`] and its siblings.
pub struct OneRead<'tx>(&'tx mut dyn ReadTx);

impl std::fmt::Debug for OneRead<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneRead").finish_non_exhaustive()
    }
}

impl<'tx> OneRead<'tx> {
    pub(crate) fn new(tx: &'tx mut dyn ReadTx) -> Self {
        Self(tx)
    }

    /// See [`crate::ChannelReads::channel`].
    pub fn channel(self, id: ChannelId) -> Result<Option<Channel>, StorageError> {
        self.0.channel(id)
    }

    /// See [`crate::EnvelopeReads::envelopes_after`].
    pub fn envelopes_after(
        self,
        after: EnvelopeId,
        limit: usize,
        bytes: u64,
    ) -> Result<Vec<Envelope>, StorageError> {
        self.0.envelopes_after(after, limit, bytes)
    }

    /// See [`crate::ChannelReads::channels`].
    pub fn channels(self, filter: &ChannelFilter) -> Result<Vec<Channel>, StorageError> {
        self.0.channels(filter)
    }

    /// See [`crate::ChannelReads::channels_of_upstream`].
    pub fn channels_of_upstream(
        self,
        upstream: &UpstreamKey,
    ) -> Result<Vec<Channel>, StorageError> {
        self.0.channels_of_upstream(upstream)
    }

    /// See [`crate::ChannelReads::channels_revision`].
    pub fn channels_revision(self) -> Result<Revision, StorageError> {
        self.0.channels_revision()
    }

    /// See [`crate::MetadataReads::metadata`].
    pub fn metadata(
        self,
        subjects: &[MetadataSubject],
    ) -> Result<Vec<MetadataRecord>, StorageError> {
        self.0.metadata(subjects)
    }

    /// See [`crate::CredentialReads::credentials`].
    pub fn credentials(self, channel: ChannelId) -> Result<Option<Sealed>, StorageError> {
        self.0.credentials(channel)
    }

    /// See [`crate::EventReads::events_after`].
    pub fn events_after(
        self,
        position: Position,
        limit: usize,
    ) -> Result<Vec<Event>, StorageError> {
        self.0.events_after(position, limit)
    }

    /// See [`crate::EventReads::last_position`].
    pub fn last_position(self) -> Result<Position, StorageError> {
        self.0.last_position()
    }

    /// See [`crate::JobReads::job`].
    pub fn job(self, kind: JobKind, key: &str) -> Result<Option<Job>, StorageError> {
        self.0.job(kind, key)
    }

    /// See [`crate::JobReads::next_due`].
    pub fn next_due(self, kind: JobKind) -> Result<Option<Timestamp>, StorageError> {
        self.0.next_due(kind)
    }
}
