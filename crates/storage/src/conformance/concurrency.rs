//! Rules about many units at the same time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use switchboard_domain::{Channel, ChannelFilter, Event, Position};

use super::Database;
use super::database::{Failed, answers};
use super::samples::{KIND, channel, event, job, named, number_of};
use crate::{Revision, StorageError, Store, Touches, WriteTx};

pub async fn a_thousand_concurrent_units_are_all_there(database: &Database) {
    let writers = (0..1000).map(|number| {
        let store = database.node_of(number).clone();
        tokio::spawn(async move {
            let answer: Result<bool, StorageError> = store
                .write(Touches::nothing(), move |tx| {
                    tx.put_channel(&channel(number))?;
                    tx.append_event(&event(number))?;
                    tx.put_job(&job(&number.to_string(), 1))
                })
                .await;
            answer.unwrap()
        })
    });
    let written = answers(writers).await;

    let (channels, events, last_job) = database
        .read(|tx| {
            Ok((
                tx.channels(&ChannelFilter::default())?,
                tx.events_after(Position::START, 2000)?,
                tx.job(KIND, "999")?,
            ))
        })
        .await;
    assert_eq!(written, [true; 1000]);
    assert_eq!(channels, (0..1000).map(channel).collect::<Vec<_>>());
    assert_eq!(events.len(), 1000);
    assert!(last_job.is_some());
}

pub async fn a_read_sees_all_of_a_unit_or_nothing(database: &Database) {
    /// Every unit gives these channels the same name.
    const TOGETHER: u32 = 5;
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..4)
        .map(|number| {
            let store = database.node(number).clone();
            let done = Arc::clone(&done);
            tokio::spawn(async move {
                while !done.load(Ordering::SeqCst) {
                    let (one_by_one, listed, told) = store
                        .read(|tx| {
                            let one_by_one = (0..TOGETHER)
                                .map(|number| tx.channel(channel(number).id))
                                .collect::<Result<Vec<_>, _>>()?;
                            let listed = tx.channels(&ChannelFilter::default())?;
                            Ok::<_, StorageError>((
                                one_by_one.into_iter().flatten().collect::<Vec<_>>(),
                                listed,
                                tx.events_after(Position::START, 10_000)?.len(),
                            ))
                        })
                        .await
                        .unwrap();
                    assert_eq!(one_by_one, listed);
                    assert!(listed.is_empty() == (told == 0), "{listed:?} {told}");
                    assert!(same_name(&listed), "{listed:?}");
                }
            })
        })
        .collect();

    let writers = (0..200).map(|round| {
        let store = database.node_of(round).clone();
        tokio::spawn(async move {
            let answer: Result<(), StorageError> = store
                .write(Touches::nothing(), move |tx| {
                    (0..TOGETHER).try_for_each(|number| tx.put_channel(&named(number, round)))?;
                    tx.append_event(&event(round))
                })
                .await;
            answer.unwrap();
        })
    });
    answers(writers).await;
    done.store(true, Ordering::SeqCst);
    answers(readers).await;
}

pub async fn who_follows_the_log_sees_every_event_once_and_in_order(database: &Database) {
    const UNITS: u32 = 300;
    let done = Arc::new(AtomicBool::new(false));
    let followers: Vec<_> = (0..4)
        .map(|number| tokio::spawn(follow(database.node(number).clone(), Arc::clone(&done))))
        .collect();

    let writers = (0..UNITS).map(|unit| {
        let store = database.node_of(unit).clone();
        tokio::spawn(async move {
            store
                .write(Touches::nothing(), move |tx| tell(tx, unit))
                .await
        })
    });
    answers(writers).await;
    done.store(true, Ordering::SeqCst);

    let mut expected: Vec<u32> = (0..UNITS)
        .filter(|unit| !fails(*unit))
        .flat_map(|unit| unit * 3..unit * 3 + 3)
        .collect();
    expected.sort_unstable();
    let log = database
        .read(|tx| tx.events_after(Position::START, 10_000))
        .await;
    for seen in answers(followers).await {
        assert_eq!(seen, log);
    }
    let mut told: Vec<_> = log.iter().map(|event| number_of(&event.body)).collect();
    // What one unit tells stands in its order, with events of others between at most.
    for unit in told.iter().filter(|number| *number % 3 == 0) {
        let of_unit: Vec<_> = told
            .iter()
            .filter(|number| *number / 3 == unit / 3)
            .collect();
        assert!(of_unit.is_sorted(), "{of_unit:?}");
    }
    told.sort_unstable();
    assert_eq!(told, expected);
    assert!(log.is_sorted_by(|one, next| one.position < next.position));
}

pub async fn equal_revisions_mean_equal_channels(database: &Database) {
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..4)
        .map(|number| {
            let store = database.node(number).clone();
            let done = Arc::clone(&done);
            tokio::spawn(async move {
                let mut seen: HashMap<Revision, Vec<Channel>> = HashMap::new();
                while !done.load(Ordering::SeqCst) {
                    let (revision, channels) = state(&store).await;
                    seen.insert(revision, channels);
                }
                seen
            })
        })
        .collect();

    let writers = (0..200).map(|round| {
        let store = database.node_of(round).clone();
        tokio::spawn(async move {
            store
                .write(Touches::nothing(), move |tx| {
                    tx.put_channel(&named(round % 3, round))?;
                    if fails(round) {
                        return Err(Failed::OnPurpose);
                    }
                    Ok(())
                })
                .await
        })
    });
    answers(writers).await;
    done.store(true, Ordering::SeqCst);

    let (revision, channels) = state(database.store()).await;
    let mut known = HashMap::from([(revision, channels)]);
    for seen in answers(readers).await {
        for (revision, channels) in seen {
            let before = known.entry(revision).or_insert_with(|| channels.clone());
            assert_eq!(*before, channels, "{revision:?}");
        }
    }
    assert!(known.keys().all(|known| *known <= revision));
}

/// Reads the log from its start in small pages until it is `done` and nothing is left.
async fn follow(store: Store, done: Arc<AtomicBool>) -> Vec<Event> {
    let mut seen: Vec<Event> = Vec::new();
    loop {
        let no_more_will_come = done.load(Ordering::SeqCst);
        let cursor = seen.last().map_or(Position::START, |event| event.position);
        let page: Result<Vec<_>, StorageError> =
            store.read(move |tx| tx.events_after(cursor, 7)).await;
        let page = page.unwrap();
        if page.is_empty() && no_more_will_come {
            return seen;
        }
        seen.extend(page);
    }
}

/// Appends three events; some units are undone afterwards, and leave gaps perhaps.
fn tell(tx: &mut dyn WriteTx, unit: u32) -> Result<(), Failed> {
    (unit * 3..unit * 3 + 3).try_for_each(|number| tx.append_event(&event(number)))?;
    if fails(unit) {
        return Err(Failed::OnPurpose);
    }
    Ok(())
}

const fn fails(unit: u32) -> bool {
    unit % 7 == 3
}

async fn state(store: &Store) -> (Revision, Vec<Channel>) {
    let state: Result<_, StorageError> = store
        .read(|tx| {
            Ok((
                tx.channels_revision()?,
                tx.channels(&ChannelFilter::default())?,
            ))
        })
        .await;
    state.unwrap()
}

fn same_name(channels: &[Channel]) -> bool {
    channels
        .iter()
        .all(|channel| Some(&channel.name) == channels.first().map(|first| &first.name))
}
