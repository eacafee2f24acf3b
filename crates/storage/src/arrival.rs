//! Envelopes on their way into the store.

use switchboard_domain::NewEnvelope;
use tokio::sync::oneshot;

use crate::StorageError;

/// An envelope on its way, with the caller who waits until it is durable.
pub(crate) struct Arrival {
    pub(crate) envelope: NewEnvelope,
    pub(crate) caller: Caller,
}

/// Envelopes that are kept together, in the order in which they came, and who waits for each.
#[derive(Debug)]
pub struct Arrivals {
    /// What is to be kept.
    pub envelopes: Vec<NewEnvelope>,
    /// The callers, in the same order.
    pub callers: Vec<Caller>,
}

impl Arrivals {
    pub(crate) fn for_about(number: usize) -> Self {
        Self {
            envelopes: Vec::with_capacity(number),
            callers: Vec::with_capacity(number),
        }
    }

    pub(crate) fn push(&mut self, arrival: Arrival) {
        self.envelopes.push(arrival.envelope);
        self.callers.push(arrival.caller);
    }
}

/// Who waits until an envelope is durable. Told nothing, it is told that the store has closed.
#[derive(Debug)]
pub struct Caller(pub(crate) oneshot::Sender<Result<(), StorageError>>);

impl Caller {
    /// Answers. The caller may have gone away; the envelope stands all the same.
    pub fn tell(self, outcome: Result<(), StorageError>) {
        drop(self.0.send(outcome));
    }
}
