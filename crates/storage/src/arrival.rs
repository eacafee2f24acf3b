//! Envelopes on their way into the store.

use switchboard_domain::NewEnvelope;
use tokio::sync::oneshot;

use crate::StorageError;

/// An envelope that is to be kept, and who waits until it is durable.
#[derive(Debug)]
pub struct Arrival {
    pub(crate) envelope: NewEnvelope,
    pub(crate) caller: Caller,
}

impl Arrival {
    /// The envelopes and the callers of a batch, both in the order in which they came.
    pub fn apart(batch: Vec<Self>) -> (Vec<NewEnvelope>, Vec<Caller>) {
        let both = batch.into_iter();
        both.map(|arrival| (arrival.envelope, arrival.caller))
            .unzip()
    }
}

/// Who waits until an envelope is durable. Dropped without an answer, it is told that the store has closed.
#[derive(Debug)]
pub struct Caller(pub(crate) oneshot::Sender<Result<(), StorageError>>);

impl Caller {
    /// Answers. The caller may have gone away; the envelope stands all the same.
    pub fn tell(self, outcome: Result<(), StorageError>) {
        drop(self.0.send(outcome));
    }
}
