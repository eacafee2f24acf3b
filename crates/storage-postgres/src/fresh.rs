//! Envelopes that this process has accepted a moment ago.
//!
//! Who applies them would ask the server for what was just sent there. As ids are given without gaps under
//! one lock, a run of them that begins with the next one is all there is, whoever else accepts envelopes.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use switchboard_domain::{Envelope, EnvelopeId, NewEnvelope};

use crate::stored::limit;

/// How much is kept at most, in bytes.
const BYTES: usize = 8 * 1024 * 1024;

/// What an envelope takes besides its texts, in bytes; rather too much.
const EACH: usize = 256;

/// How long they are kept: another node may erase what is told in them, and does so at the server.
const KEPT: Duration = Duration::from_secs(5);

/// A run of envelopes without gaps.
#[derive(Debug, Default)]
pub(crate) struct Fresh(Mutex<Run>);

/// How often all was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Age(u64);

#[derive(Debug, Default)]
struct Run {
    envelopes: VecDeque<(Instant, Envelope)>,
    bytes: usize,
    age: Age,
}

impl Fresh {
    /// To be asked for before envelopes are sent that are to be kept.
    pub(crate) fn age(&self) -> Age {
        self.run().age
    }

    /// Keeps envelopes that are durable under the ids from the first to the last, unless there are gaps in these,
    /// or all was forgotten since `sent`: they may have been erased right after they were durable.
    pub(crate) fn keep(
        &self,
        (first, last): (EnvelopeId, EnvelopeId),
        new: Vec<NewEnvelope>,
        sent: Age,
        now: Instant,
    ) {
        let mut run = self.run();
        if run.age != sent || last.get() - first.get() + 1 != limit(new.len()) {
            return;
        }
        run.drop_stale(now);
        if run.last().is_none_or(|last| last.get() + 1 != first.get()) {
            run.clear();
        }
        for (id, content) in (first.get()..).zip(new) {
            run.bytes += weight(&content);
            let id = EnvelopeId::new(id);
            run.envelopes.push_back((now, Envelope { id, content }));
        }
        while run.bytes > BYTES {
            run.take();
        }
    }

    /// Hands out those after `id`, as many and as large as asked for, if the next one is among them. What
    /// comes before the next one is not asked for again.
    pub(crate) fn after(
        &self,
        id: EnvelopeId,
        limit: usize,
        bytes: u64,
        now: Instant,
    ) -> Vec<Envelope> {
        let mut run = self.run();
        run.drop_stale(now);
        while run.first().is_some_and(|first| first <= id) {
            run.take();
        }
        let is_next = |first: EnvelopeId| first.get() == id.get() + 1;
        if !run.first().is_some_and(is_next) {
            return Vec::new();
        }
        let mut found = Vec::with_capacity(run.envelopes.len().min(limit));
        let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
        while let Some(size) = run.size_of_first() {
            if found.len() >= limit || (size > left && !found.is_empty()) {
                break;
            }
            left = left.saturating_sub(size);
            found.extend(run.take());
        }
        found
    }

    /// Lets go of all, and of what is on its way. To be called after the statement that removes some of them.
    pub(crate) fn forget(&self) {
        let mut run = self.run();
        run.clear();
        run.age.0 += 1;
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    fn first(&self) -> Option<EnvelopeId> {
        self.envelopes.front().map(|(_, envelope)| envelope.id)
    }

    fn last(&self) -> Option<EnvelopeId> {
        self.envelopes.back().map(|(_, envelope)| envelope.id)
    }

    fn drop_stale(&mut self, now: Instant) {
        let is_stale = |(kept, _): &(Instant, Envelope)| now.duration_since(*kept) > KEPT;
        while self.envelopes.front().is_some_and(is_stale) {
            self.take();
        }
    }

    fn size_of_first(&self) -> Option<usize> {
        let first = self.envelopes.front();
        first.map(|(_, envelope)| envelope.content.body.len())
    }

    fn take(&mut self) -> Option<Envelope> {
        let (_, envelope) = self.envelopes.pop_front()?;
        self.bytes -= weight(&envelope.content);
        Some(envelope)
    }

    fn clear(&mut self) {
        self.envelopes.clear();
        self.bytes = 0;
    }
}

fn weight(envelope: &NewEnvelope) -> usize {
    EACH + envelope.body.len() + envelope.headers.as_str().len() + envelope.target.len()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use switchboard_domain::{RawJson, Source, Timestamp};

    use super::*;

    static NOW: LazyLock<Instant> = LazyLock::new(Instant::now);

    fn envelope(size: usize) -> NewEnvelope {
        NewEnvelope {
            source: Source::named("facebook"),
            target: "/facebook".to_owned(),
            headers: RawJson::empty_object(),
            body: vec![b' '; size],
            received_at: Timestamp::from_millis(0),
        }
    }

    fn id(number: i64) -> EnvelopeId {
        EnvelopeId::new(number)
    }

    /// Keeps envelopes of these sizes under ids from `first` on.
    fn keep(fresh: &Fresh, first: i64, sizes: &[usize]) {
        let new: Vec<_> = sizes.iter().copied().map(envelope).collect();
        let ids = (id(first), id(first + limit(new.len()) - 1));
        fresh.keep(ids, new, fresh.age(), *NOW);
    }

    fn ids(fresh: &Fresh, after: i64, limit: usize, bytes: u64) -> Vec<i64> {
        ids_at(fresh, after, limit, bytes, *NOW)
    }

    fn ids_at(fresh: &Fresh, after: i64, limit: usize, bytes: u64, now: Instant) -> Vec<i64> {
        let found = fresh.after(id(after), limit, bytes, now);
        found.iter().map(|envelope| envelope.id.get()).collect()
    }

    #[test]
    fn a_run_is_handed_out_from_the_next_one_on() {
        let fresh = Fresh::default();
        keep(&fresh, 5, &[1, 1]);
        keep(&fresh, 7, &[1, 1]);

        assert_eq!(ids(&fresh, 4, 3, 100), [5, 6, 7]);
        assert_eq!(ids(&fresh, 7, 3, 100), [8]);
        assert!(ids(&fresh, 8, 3, 100).is_empty());
    }

    #[test]
    fn who_asks_for_what_comes_before_a_run_has_to_ask_the_server() {
        let fresh = Fresh::default();
        keep(&fresh, 5, &[1]);

        assert!(ids(&fresh, 3, 3, 100).is_empty());
        assert_eq!(ids(&fresh, 4, 3, 100), [5]);
    }

    #[test]
    fn a_gap_that_others_fill_begins_another_run() {
        let fresh = Fresh::default();
        keep(&fresh, 5, &[1]);
        keep(&fresh, 7, &[1]);

        assert!(ids(&fresh, 4, 3, 100).is_empty());
        assert_eq!(ids(&fresh, 6, 3, 100), [7]);
    }

    #[test]
    fn bodies_fit_into_what_was_asked_for_but_for_the_first() {
        let fresh = Fresh::default();
        keep(&fresh, 1, &[9, 5, 5, 5]);

        assert_eq!(ids(&fresh, 0, 9, 8), [1]);
        assert_eq!(ids(&fresh, 1, 9, 10), [2, 3]);
    }

    #[test]
    fn memory_is_bounded_by_letting_go_of_the_oldest() {
        let fresh = Fresh::default();
        keep(&fresh, 1, &[BYTES / 2, BYTES / 2 - 600]);
        keep(&fresh, 3, &[1]);

        assert!(ids(&fresh, 0, 9, u64::MAX).is_empty());
        assert_eq!(ids(&fresh, 1, 9, u64::MAX), [2, 3]);
    }

    #[test]
    fn what_was_forgotten_is_not_handed_out() {
        let fresh = Fresh::default();
        keep(&fresh, 1, &[1]);

        fresh.forget();

        assert!(ids(&fresh, 0, 9, 100).is_empty());
        keep(&fresh, 2, &[1]);
        assert_eq!(ids(&fresh, 1, 9, 100), [2]);
    }

    #[test]
    fn what_was_on_its_way_when_all_was_forgotten_is_not_kept() {
        let fresh = Fresh::default();
        let sent = fresh.age();
        fresh.forget();

        fresh.keep((id(1), id(1)), vec![envelope(1)], sent, *NOW);

        assert!(ids(&fresh, 0, 9, 100).is_empty());
    }

    #[test]
    fn after_five_seconds_the_server_has_to_be_asked() {
        let fresh = Fresh::default();
        keep(&fresh, 1, &[1]);

        assert_eq!(ids_at(&fresh, 0, 9, 100, *NOW + KEPT), [1]);
        keep(&fresh, 1, &[1]);
        assert!(ids_at(&fresh, 0, 9, 100, *NOW + KEPT + Duration::from_millis(1)).is_empty());
    }
}
