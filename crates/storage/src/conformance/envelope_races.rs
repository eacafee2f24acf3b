//! Rules about units that want the same envelopes at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use switchboard_domain::{Envelope, EnvelopeId, Position};

use super::Database;
use super::database::{Failed, answers};
use super::envelopes::append;
use super::samples::envelopes::{envelope, node};
use super::samples::{at, event, number_of};
use crate::{StorageError, Store, Touches, WriteTx};

pub async fn who_follows_the_envelopes_sees_every_one_once_and_in_order(database: &Database) {
    const UNITS: u32 = 200;
    let done = Arc::new(AtomicBool::new(false));
    let followers: Vec<_> = (0..4)
        .map(|number| tokio::spawn(follow(database.node(number).clone(), Arc::clone(&done))))
        .collect();

    let writers = (0..UNITS).map(|unit| {
        let store = database.node_of(unit).clone();
        tokio::spawn(async move {
            if unit % 2 == 0 {
                store.accept(envelope(unit)).await.unwrap();
                return;
            }
            let answer: Result<(), Failed> = store
                .write(Touches::nothing(), move |tx| {
                    tx.append_envelope(&envelope(unit))?;
                    tx.append_envelope(&envelope(unit + UNITS))?;
                    if unit % 7 == 3 {
                        return Err(Failed::OnPurpose);
                    }
                    Ok(())
                })
                .await;
            assert_eq!(answer.is_ok(), unit % 7 != 3, "{answer:?}");
        })
    });
    answers(writers).await;
    done.store(true, Ordering::SeqCst);

    let all = super::envelopes::all(database).await;
    for seen in answers(followers).await {
        assert_eq!(seen, all);
    }
    let mut found: Vec<_> = all.into_iter().map(|found| found.content).collect();
    let kept = |unit: &u32| unit.is_multiple_of(2) || unit % 7 != 3;
    let mut expected: Vec<_> = (0..UNITS).filter(kept).map(envelope).collect();
    let second = |unit: u32| (unit % 2 == 1).then(|| envelope(unit + UNITS));
    expected.extend((0..UNITS).filter(kept).filter_map(second));
    found.sort_by_key(|envelope| envelope.received_at);
    expected.sort_by_key(|envelope| envelope.received_at);
    assert_eq!(found, expected);
}

pub async fn of_many_that_apply_envelopes_each_is_applied_by_one(database: &Database) {
    append(database, (0..100).map(envelope)).await;

    let appliers = (0..6_u32).map(|number| {
        let store = database.node_of(number).clone();
        tokio::spawn(async move {
            // Every other lease has ended by the time the next node asks, so they take over from one
            // another in the middle of the work.
            for now in (0..1_000_000).step_by(2) {
                let answer: Result<bool, Failed> = store
                    .write(Touches::nothing(), move |tx| apply_some(tx, number, now))
                    .await;
                if matches!(answer, Ok(true)) {
                    return;
                }
            }
            unreachable!("the envelopes never end");
        })
    });
    answers(appliers).await;

    let events = database
        .read(|tx| tx.events_after(Position::START, 1000))
        .await;
    let told: Vec<_> = events.iter().map(|event| number_of(&event.body)).collect();
    assert_eq!(told, (0..100).collect::<Vec<_>>());
}

/// Applies up to three envelopes, each of which becomes an event. `true` if there was none left.
fn apply_some(tx: &mut dyn WriteTx, number: u32, now: i64) -> Result<bool, Failed> {
    let Some(from) = tx.lease_apply(node(number), at(now), at(now + 1))? else {
        return Ok(false);
    };
    let found = tx.envelopes_after(from, 3, u64::MAX)?;
    let Some(last) = found.last() else {
        return Ok(true);
    };
    for envelope in &found {
        let seconds = envelope.content.received_at.as_seconds() - at(0).as_seconds();
        tx.append_event(&event(u32::try_from(seconds).unwrap()))?;
    }
    if !tx.advance_apply(node(number), from, last.id)? {
        return Err(Failed::OnPurpose);
    }
    Ok(false)
}

/// Reads the envelopes from their start in small pages until it is `done` and nothing is left.
async fn follow(store: Store, done: Arc<AtomicBool>) -> Vec<Envelope> {
    let mut seen: Vec<Envelope> = Vec::new();
    loop {
        let no_more_will_come = done.load(Ordering::SeqCst);
        let cursor = seen
            .last()
            .map_or(EnvelopeId::START, |envelope| envelope.id);
        let page: Result<Vec<_>, StorageError> = store
            .read_one(move |tx| tx.envelopes_after(cursor, 7, 1000))
            .await;
        let page = page.unwrap();
        if page.is_empty() && no_more_will_come {
            return seen;
        }
        seen.extend(page);
    }
}
