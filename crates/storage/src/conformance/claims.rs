//! Rules about jobs that many want at the same time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use switchboard_domain::NewJob;

use super::Database;
use super::database::answers;
use super::samples::{KIND, at, job, job_id, stored};
use crate::{StorageError, Touches};

pub async fn of_many_that_put_the_same_job_exactly_one_succeeds(database: &Database) {
    for round in 0..4 {
        let key = format!("round-{round}");
        let units = (0..64_u32).map(|number| {
            let put = NewJob {
                id: job_id(&format!("{key}-{number}")),
                ..job(&key, number.into())
            };
            let store = database.node_of(number).clone();
            tokio::spawn(async move {
                let written: Result<bool, StorageError> = store
                    .write(Touches::nothing(), {
                        let put = put.clone();
                        move |tx| tx.put_job(&put)
                    })
                    .await;
                (put, written.unwrap())
            })
        });
        let mut winners: Vec<_> = answers(units).await;
        winners.retain(|(_, written)| *written);
        let found = database
            .read({
                let key = key.clone();
                move |tx| tx.job(KIND, &key)
            })
            .await;

        assert_eq!(winners.len(), 1, "{winners:?}");
        let winner = winners.into_iter().next().map(|(put, _)| stored(put, 0));
        assert_eq!(found, winner);
    }
}

pub async fn no_job_is_claimed_by_two(database: &Database) {
    const JOBS: usize = 200;
    database
        .write(|tx| {
            (0..JOBS).try_for_each(|number| {
                tx.put_job(&job(&format!("job-{number}"), 1))?;
                Ok(())
            })
        })
        .await;
    let taken = Arc::new(AtomicUsize::new(0));

    // A claim may come back short because another one is about to take the rest, which may yet be
    // undone; so each goes on until all are known to be taken.
    let claimers = (0..8).map(|number| {
        let store = database.node(number).clone();
        let taken = Arc::clone(&taken);
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while taken.load(Ordering::SeqCst) < JOBS {
                let claimed: Result<Vec<_>, StorageError> = store
                    .write(Touches::nothing(), |tx| {
                        tx.claim_jobs(KIND, at(10), at(100), 7)
                    })
                    .await;
                let claimed = claimed.unwrap();
                taken.fetch_add(claimed.len(), Ordering::SeqCst);
                mine.extend(claimed);
            }
            mine
        })
    });
    let claimed: Vec<_> = answers(claimers).await.into_iter().flatten().collect();

    let mut times = BTreeMap::new();
    for job in &claimed {
        assert_eq!((job.attempts, job.run_at), (1, at(100)), "{job:?}");
        *times.entry(job.key.as_str()).or_insert(0_u32) += 1;
    }
    assert_eq!(claimed.len(), JOBS);
    assert_eq!(times.len(), JOBS, "{times:?}");
}

pub async fn of_many_that_finish_the_same_attempt_exactly_one_succeeds(database: &Database) {
    database
        .write(|tx| {
            tx.put_job(&job("key", 1))?;
            tx.claim_jobs(KIND, at(1), at(2), 1)
        })
        .await;

    let finishers = (0..16).map(|number| {
        let store = database.node(number).clone();
        tokio::spawn(async move {
            let finished: Result<bool, StorageError> = store
                .write(Touches::nothing(), |tx| tx.finish_job(job_id("key"), 1))
                .await;
            finished.unwrap()
        })
    });
    let mut finished = answers(finishers).await;
    finished.retain(|finished| *finished);

    assert_eq!(finished, [true]);
}
