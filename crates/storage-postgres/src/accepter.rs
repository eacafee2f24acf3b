//! The thread that keeps what providers send.

use std::sync::Arc;
use std::time::Instant;

use metrics::counter;
use switchboard_domain::{EnvelopeId, NewEnvelope};
use switchboard_storage::{AcceptQueue, Arrival, Caller};

use crate::address::Address;
use crate::envelopes;
use crate::fresh::{Age, Fresh};
use crate::session::{ALONE, Failure, Session, TOGETHER, persist};

/// What the thread owns.
pub(crate) struct Accepter {
    session: Session,
    fresh: Arc<Fresh>,
}

impl Accepter {
    pub(crate) const fn new(address: Address, fresh: Arc<Fresh>) -> Self {
        Self {
            session: Session::new(address, None),
            fresh,
        }
    }

    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self, queue: &AcceptQueue) {
        while let Some(batch) = queue.next_batch() {
            let (envelopes, callers) = Arrival::apart(batch);
            self.keep(envelopes, callers);
        }
    }

    /// Keeps all of a batch with one statement, or if that fails each with its own.
    fn keep(&mut self, envelopes: Vec<NewEnvelope>, callers: Vec<Caller>) {
        let sent = self.fresh.age();
        match persist(TOGETHER, || self.append(&envelopes)) {
            Ok(ids) => {
                self.remember(ids, envelopes, sent);
                for caller in callers {
                    caller.tell(Ok(()));
                }
            }
            Err(Failure::Undone(refusal)) => {
                tracing::warn!(
                    envelopes = envelopes.len(),
                    "a batch could not be committed, each of its envelopes is tried alone: {refusal}"
                );
                self.one_by_one(envelopes, callers);
            }
            Err(failure) => {
                let refusal = failure.into_refusal();
                tracing::error!(
                    envelopes = envelopes.len(),
                    "a batch was not committed: {refusal}"
                );
                for caller in callers {
                    caller.tell(Err(refusal.clone().into()));
                }
            }
        }
    }

    /// Each with a statement of its own. Once there is no server, nobody waits for it again.
    fn one_by_one(&mut self, envelopes: Vec<NewEnvelope>, callers: Vec<Caller>) {
        let mut no_server = None;
        for (envelope, caller) in envelopes.into_iter().zip(callers) {
            let sent = self.fresh.age();
            let alone = std::slice::from_ref(&envelope);
            let outcome = match no_server.clone() {
                Some(refusal) => Err(Failure::NoServer(refusal)),
                None => persist(ALONE, || self.append(alone)),
            };
            if let Err(Failure::NoServer(refusal)) = &outcome {
                no_server = Some(refusal.clone());
            }
            let outcome = outcome.map(|ids| self.remember(ids, vec![envelope], sent));
            caller.tell(outcome.map_err(|failure| {
                let refusal = failure.into_refusal();
                tracing::error!("an envelope was not kept: {refusal}");
                refusal.into()
            }));
        }
    }

    /// One statement is a transaction by itself. Lost in the middle of it, it is sent again: what a provider has
    /// sent may be there twice, as when the provider sends it twice.
    fn append(
        &mut self,
        envelopes: &[NewEnvelope],
    ) -> Result<Option<(EnvelopeId, EnvelopeId)>, Failure> {
        let ids = self.session.attempt(|connection| {
            envelopes::append(connection, envelopes).map_err(Failure::Undone)
        })?;
        counter!("switchboard_store_commits_total").increment(1);
        Ok(ids)
    }

    fn remember(
        &self,
        ids: Option<(EnvelopeId, EnvelopeId)>,
        envelopes: Vec<NewEnvelope>,
        sent: Age,
    ) {
        if let Some(ids) = ids {
            self.fresh.keep(ids, envelopes, sent, Instant::now());
        }
    }
}
