//! Rules about units that fail: nothing of them stays, and nobody else notices.

use switchboard_domain::Position;

use super::Database;
use super::database::{Failed, Held, accepted};
use super::samples::{KIND, at, channel, event, job, number_of, sealed, stored};
use crate::{StorageError, Touches, WriteTx};

pub async fn a_unit_that_fails_answers_with_its_own_error(database: &Database) {
    let answer = database.store().write(Touches::nothing(), fail).await;

    assert!(matches!(answer, Err(Failed::OnPurpose)), "{answer:?}");
}

pub async fn a_unit_that_fails_leaves_nothing(database: &Database) {
    let answer = database.store().write(Touches::nothing(), fail).await;

    assert!(answer.is_err());
    assert_nothing_is_stored(database).await;
}

pub async fn a_unit_that_fails_has_erased_nothing(database: &Database) {
    database
        .write(|tx| {
            tx.put_channel(&channel(1))?;
            tx.put_credentials(channel(1).id, &sealed("kept"))?;
            tx.put_job(&job("claimed", 1))?;
            tx.put_job(&job("finished", 2))
        })
        .await;

    let answer: Result<(), Failed> = database
        .store()
        .write(Touches::channel(channel(1).id), |tx| {
            tx.erase_credentials(channel(1).id)?;
            tx.finish_job(job("finished", 2).id, 0)?;
            tx.claim_jobs(KIND, at(10), at(20), 10)?;
            Err(Failed::OnPurpose)
        })
        .await;

    assert!(answer.is_err());
    let (credentials, jobs) = database
        .read(|tx| {
            Ok((
                tx.credentials(channel(1).id)?,
                [tx.job(KIND, "claimed")?, tx.job(KIND, "finished")?],
            ))
        })
        .await;
    assert_eq!(credentials, Some(sealed("kept")));
    assert_eq!(
        jobs,
        [("claimed", 1), ("finished", 2)].map(|(key, due)| Some(stored(job(key, due), 0)))
    );
}

pub async fn what_a_constraint_forbids_is_refused_for_its_content(database: &Database) {
    let answer = database
        .store()
        .write(Touches::nothing(), |tx| {
            tx.put_credentials(channel(1).id, &sealed("of nobody"))
        })
        .await;

    let is_of_content = |error: &StorageError| {
        matches!(error, StorageError::Refused(_)) && error.is_of_content() && !error.is_transient()
    };
    assert!(answer.as_ref().is_err_and(is_of_content), "{answer:?}");
}

pub async fn a_unit_that_panics_fails_alone(database: &Database) {
    let answer: Result<(), StorageError> = database
        .store()
        .write(Touches::nothing(), |tx| {
            fail(tx).unwrap_or_else(|_on_purpose| panicking());
            Ok(())
        })
        .await;

    assert!(matches!(answer, Err(StorageError::Panicked)), "{answer:?}");
    assert_nothing_is_stored(database).await;
    database.write(|tx| tx.put_channel(&channel(2))).await;
}

pub async fn a_read_that_panics_fails_alone(database: &Database) {
    for _each_reader_at_least_once in 0..8 {
        let answer: Result<(), StorageError> = database
            .store()
            .read(|tx| {
                tx.last_position()?;
                panicking();
                Ok(())
            })
            .await;

        assert!(matches!(answer, Err(StorageError::Panicked)), "{answer:?}");
    }
    assert_nothing_is_stored(database).await;
}

pub async fn units_that_fail_do_not_touch_their_neighbours(database: &Database) {
    let held = Held::by_a_unit_on(database.store()).await;
    let mut answers = Vec::new();
    for number in 0..30 {
        let store = database.store().clone();
        answers.push(
            accepted(async move {
                store
                    .write(Touches::nothing(), move |tx| good_bad_or_ugly(tx, number))
                    .await
            })
            .await,
        );
    }
    held.let_go().await;

    for (number, answer) in (0..).zip(answers) {
        let answer = answer.await.unwrap();
        assert!(
            matches!(
                (number % 3, &answer),
                (0, Ok(()))
                    | (1, Err(Failed::OnPurpose))
                    | (2, Err(Failed::Storage(StorageError::Panicked)))
            ),
            "{number}: {answer:?}"
        );
        let found = database
            .read(move |tx| {
                Ok((
                    tx.channel(channel(number).id)?.is_some(),
                    tx.job(KIND, &number.to_string())?.is_some(),
                ))
            })
            .await;
        assert_eq!(found, (number % 3 == 0, number % 3 == 0), "{number}");
    }
    let events = database
        .read(|tx| tx.events_after(Position::START, 100))
        .await;
    let mut told: Vec<_> = events.iter().map(|event| number_of(&event.body)).collect();
    told.sort_unstable();
    assert_eq!(told, (0..30).step_by(3).collect::<Vec<_>>());
}

pub async fn a_unit_sees_nothing_of_a_neighbour_that_failed(database: &Database) {
    let held = Held::by_a_unit_on(database.store()).await;
    let store = database.store().clone();
    let failing = accepted(async move { store.write(Touches::nothing(), fail).await }).await;
    let store = database.store().clone();
    let looking = accepted(async move {
        store
            .write(Touches::channel(channel(1).id), |tx| {
                Ok::<_, StorageError>((
                    tx.channel(channel(1).id)?,
                    tx.credentials(channel(1).id)?,
                    tx.job(KIND, "key")?,
                ))
            })
            .await
    })
    .await;
    held.let_go().await;

    assert!(failing.await.unwrap().is_err());
    assert_eq!(looking.await.unwrap().unwrap(), (None, None, None));
}

/// Writes one of everything and then fails.
fn fail(tx: &mut dyn WriteTx) -> Result<(), Failed> {
    tx.put_channel(&channel(1))?;
    tx.put_credentials(channel(1).id, &sealed("lost"))?;
    tx.append_event(&event(1))?;
    tx.put_job(&job("key", 1))?;
    Err(Failed::OnPurpose)
}

/// Writes, and by its number keeps it, fails, or panics.
fn good_bad_or_ugly(tx: &mut dyn WriteTx, number: u32) -> Result<(), Failed> {
    tx.put_channel(&channel(number))?;
    tx.append_event(&event(number))?;
    tx.put_job(&job(&number.to_string(), 1))?;
    match number % 3 {
        0 => Ok(()),
        1 => Err(Failed::OnPurpose),
        _ => {
            panicking();
            Ok(())
        }
    }
}

fn panicking() {
    unreachable!("a unit of a rule panics on purpose");
}

async fn assert_nothing_is_stored(database: &Database) {
    let stored = database
        .read(|tx| {
            Ok((
                tx.channel(channel(1).id)?,
                tx.credentials(channel(1).id)?,
                tx.events_after(Position::START, 10)?,
                tx.job(KIND, "key")?,
                tx.next_due(KIND)?,
            ))
        })
        .await;
    assert_eq!(stored, (None, None, vec![], None, None));
}
