//! Telling what applying came to, how much waits and for how long.

use std::time::Duration;

use metrics::{counter, gauge, histogram};
use switchboard_domain::Timestamp;

use super::apply::Applied;
use crate::Engine;

impl Engine {
    pub(super) fn report(&self, applied: &Applied, oldest: Option<Timestamp>) {
        for (_, source, findings) in &applied.findings {
            counter!(
                "switchboard_ingest_envelopes_total",
                "source" => source.as_str().to_owned(),
                "verdict" => findings.verdict().as_str(),
            )
            .increment(1);
        }
        let added = u64::try_from(applied.added.len()).unwrap_or(u64::MAX);
        counter!("switchboard_ingest_messages_total").increment(added);
        counter!("switchboard_ingest_duplicates_total").increment(applied.duplicates);
        let seconds = self.age_of(oldest).as_secs_f64();
        gauge!("switchboard_ingest_lag_seconds").set(seconds);
        histogram!("switchboard_ingest_apply_lag_seconds").record(seconds);
    }

    /// Tells how much waits, when nothing was applied.
    pub(super) async fn report_lag(&self) {
        if let Ok(progress) = self.0.store.read(|tx| tx.apply_progress()).await {
            let waiting = progress.newest.get().saturating_sub(progress.through.get());
            let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
            gauge!("switchboard_ingest_waiting_envelopes").set(f64::from(waiting));
            let lag = self.age_of(progress.waiting_since).as_secs_f64();
            gauge!("switchboard_ingest_lag_seconds").set(lag);
        }
    }

    fn age_of(&self, moment: Option<Timestamp>) -> Duration {
        let age = moment.map_or(0, |moment| {
            self.now().as_millis().saturating_sub(moment.as_millis())
        });
        Duration::from_millis(u64::try_from(age).unwrap_or_default())
    }
}
