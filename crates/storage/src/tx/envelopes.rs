//! Envelopes: what providers have sent, and how far it has been applied.

use switchboard_domain::{
    ApplyProgress, Envelope, EnvelopeFilter, EnvelopeHead, EnvelopeId, NewEnvelope, NodeId,
    Outcome, Timestamp,
};

use crate::StorageError;

/// Reading envelopes.
pub trait EnvelopeReads {
    /// The envelope with that id.
    fn envelope(&mut self, id: EnvelopeId) -> Result<Option<Envelope>, StorageError>;

    /// Envelopes after `after` in their order: up to `limit`, and no more than fit into `bytes` of
    /// bodies, but at least one if there is one. An envelope that commits later never gets an id at
    /// or before one that was already readable.
    fn envelopes_after(
        &mut self,
        after: EnvelopeId,
        limit: usize,
        bytes: u64,
    ) -> Result<Vec<Envelope>, StorageError>;

    /// Up to `limit` envelopes that pass `filter`, without their bodies, newest first, beginning
    /// below `before`.
    fn envelope_heads(
        &mut self,
        filter: &EnvelopeFilter,
        before: Option<EnvelopeId>,
        limit: usize,
    ) -> Result<Vec<EnvelopeHead>, StorageError>;

    /// What was written down about an envelope; `None` while it waits and when it was simply applied.
    fn outcome(&mut self, id: EnvelopeId) -> Result<Option<Outcome>, StorageError>;

    /// How far envelopes have been applied.
    fn apply_progress(&mut self) -> Result<ApplyProgress, StorageError>;
}

/// Writing envelopes.
pub trait EnvelopeWrites {
    /// Appends an envelope. Envelopes of one unit keep their order.
    fn append_envelope(&mut self, envelope: &NewEnvelope) -> Result<(), StorageError>;

    /// Makes `node` the one that applies envelopes until `until`, or renews that. Gives how far they
    /// have been applied; `None` if another node holds the lease beyond `now`.
    fn lease_apply(
        &mut self,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<EnvelopeId>, StorageError>;

    /// Lets another node take over at once. Nothing happens if `node` does not hold the lease.
    fn release_apply(&mut self, node: NodeId) -> Result<(), StorageError>;

    /// Writes down that envelopes after `from` and up to `to` have been applied. `false`, and nothing
    /// written, unless `node` holds the lease and `from` is how far they had been applied: the unit
    /// then has to roll back, because somebody else has applied them.
    fn advance_apply(
        &mut self,
        node: NodeId,
        from: EnvelopeId,
        to: EnvelopeId,
    ) -> Result<bool, StorageError>;

    /// Writes down what applying an envelope came to; `None` if it was simply applied.
    fn put_outcome(
        &mut self,
        id: EnvelopeId,
        outcome: Option<&Outcome>,
    ) -> Result<(), StorageError>;

    /// Removes up to `limit` applied envelopes that arrived before `before`, oldest first, with their
    /// outcomes. Says how many.
    fn drop_envelopes(&mut self, before: Timestamp, limit: usize) -> Result<u64, StorageError>;

    /// Removes those of the `limit` envelopes after `after` whose body contains one of `texts`, byte
    /// by byte. Gives the last envelope that was looked at; `None` if there was none.
    fn erase_envelopes(
        &mut self,
        texts: &[Vec<u8>],
        after: EnvelopeId,
        limit: usize,
    ) -> Result<Option<EnvelopeId>, StorageError>;
}
