//! What is not kept for ever: raw envelopes, events, and changes of messages that never came.

use std::time::Duration;

use metrics::counter;
use switchboard_domain::Timestamp;
use switchboard_storage::{StorageError, Touches, WriteTx};

use crate::Engine;

/// Rows removed in one unit of work, so that nobody waits for it noticeably.
const AT_A_TIME: usize = 500;

/// How long a change waits for its message: longer than any provider delivers again. WhatsApp does for
/// seven days.
const PARKED: Duration = Duration::from_hours(8 * 24);

/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_mins(10);

/// How long things are kept. Messages, conversations and contacts stay until somebody erases them, and
/// with them what repeats are recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Raw envelopes, after they were applied; `None` for ever.
    pub envelopes: Option<Duration>,
    /// Events; `None` for ever. A reader that was away longer has to begin anew.
    pub events: Option<Duration>,
}

impl Default for Retention {
    fn default() -> Self {
        const MONTH: Duration = Duration::from_hours(30 * 24);
        Self {
            envelopes: Some(MONTH),
            events: Some(MONTH),
        }
    }
}

type Drop = fn(&mut dyn WriteTx, Timestamp, usize) -> Result<u64, StorageError>;

impl Engine {
    /// Removes what is older than it is to be kept. Returns how many rows that was. Called by the
    /// workers, and by tests.
    pub async fn drop_what_is_old(&self) -> Result<usize, StorageError> {
        let Retention { envelopes, events } = self.0.retention;
        let kinds: [(&'static str, Option<Duration>, Drop); 3] = [
            ("envelopes", envelopes, |tx, before, limit| {
                tx.drop_envelopes(before, limit)
            }),
            ("events", events, |tx, before, limit| {
                tx.drop_events(before, limit)
            }),
            ("parked_changes", Some(PARKED), |tx, before, limit| {
                tx.drop_parked(before, limit)
            }),
        ];
        let mut dropped = 0;
        for (kind, kept, drop) in kinds {
            let Some(kept) = kept else { continue };
            dropped += self.drop_older_than(kind, kept, drop).await?;
        }
        Ok(dropped)
    }

    async fn drop_older_than(
        &self,
        kind: &'static str,
        kept: Duration,
        drop: Drop,
    ) -> Result<usize, StorageError> {
        let kept = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis(self.now().as_millis().saturating_sub(kept));
        let mut dropped = 0;
        loop {
            let some = self
                .0
                .store
                .write(Touches::nothing(), move |tx| drop(tx, before, AT_A_TIME))
                .await?;
            if some == 0 {
                return Ok(dropped);
            }
            counter!("switchboard_retention_dropped_total", "kind" => kind).increment(some);
            dropped += usize::try_from(some).unwrap_or(usize::MAX);
        }
    }

    /// How often the workers look for what is old.
    pub(crate) const fn looks_for_what_is_old_every() -> Duration {
        LOOK_EVERY
    }
}
