//! Rules about writing jobs down, claiming, finishing and rescheduling them.

use switchboard_domain::{Job, NewJob, RawJson};

use super::Database;
use super::samples::{KIND, at, job, job_id, sealed, stored};

pub async fn a_job_comes_back_as_it_was_put(database: &Database) {
    let open = job("open", 1);
    let secret = NewJob {
        sealed: Some(sealed("token")),
        payload: RawJson::from_checked(r#"{ "text": "💬" }"#),
        ..job("secret", 2)
    };
    assert!(put(database, open.clone()).await);
    assert!(put(database, secret.clone()).await);

    assert_eq!(find(database, "open").await, Some(stored(open, 0)));
    assert_eq!(find(database, "secret").await, Some(stored(secret, 0)));
    assert_eq!(find(database, "other").await, None);
}

pub async fn a_second_job_of_a_key_is_not_written(database: &Database) {
    assert!(put(database, job("key", 1)).await);
    let second = NewJob {
        id: job_id("second"),
        payload: RawJson::from_checked("2"),
        ..job("key", 2)
    };

    assert!(!put(database, second).await);

    assert_eq!(find(database, "key").await, Some(stored(job("key", 1), 0)));
}

pub async fn a_unit_goes_on_after_a_job_that_was_there_already(database: &Database) {
    put(database, job("key", 1)).await;

    let answers = database
        .write(|tx| {
            let again = tx.put_job(&NewJob {
                id: job_id("second"),
                ..job("key", 2)
            })?;
            Ok([again, tx.put_job(&job("other", 3))?])
        })
        .await;

    assert_eq!(answers, [false, true]);
    assert_eq!(
        find(database, "other").await,
        Some(stored(job("other", 3), 0))
    );
}

pub async fn the_key_of_a_finished_job_is_free_again(database: &Database) {
    put(database, job("key", 1)).await;
    assert!(finish(database, "key", 0).await);

    assert!(put(database, job("key", 2)).await);
    assert_eq!(find(database, "key").await, Some(stored(job("key", 2), 0)));
}

pub async fn jobs_that_are_due_are_claimed_the_longest_due_first(database: &Database) {
    for (key, due) in [("c", 30), ("a", 10), ("d", 40), ("b", 20)] {
        put(database, job(key, due)).await;
    }

    let claimed = claim(database, 30, 100, 10).await;

    assert_eq!(keys(&claimed), ["a", "b", "c"]);
}

pub async fn no_more_jobs_are_claimed_than_asked_for(database: &Database) {
    for (key, due) in [("c", 30), ("a", 10), ("b", 20)] {
        put(database, job(key, due)).await;
    }

    assert_eq!(keys(&claim(database, 50, 100, 0).await), [""; 0]);
    assert_eq!(keys(&claim(database, 50, 100, 2).await), ["a", "b"]);
    assert_eq!(keys(&claim(database, 50, 100, 2).await), ["c"]);
}

pub async fn a_claim_counts_the_attempt_and_sets_the_lease(database: &Database) {
    let put_down = NewJob {
        sealed: Some(sealed("token")),
        ..job("key", 10)
    };
    put(database, put_down.clone()).await;

    let claimed = claim(database, 10, 70, 10).await;

    let expected = stored(
        NewJob {
            run_at: at(70),
            ..put_down
        },
        1,
    );
    assert_eq!(claimed, std::slice::from_ref(&expected));
    assert_eq!(find(database, "key").await, Some(expected));
}

pub async fn a_leased_job_is_claimed_again_once_its_lease_has_ended(database: &Database) {
    put(database, job("key", 10)).await;
    claim(database, 10, 70, 10).await;

    assert_eq!(claim(database, 69, 200, 10).await, []);
    let again = claim(database, 70, 200, 10).await;

    let expected = stored(job("key", 200), 2);
    assert_eq!(again, [expected]);
}

pub async fn a_job_is_finished_only_at_its_attempt(database: &Database) {
    put(database, job("key", 10)).await;
    put(database, job("other", 10)).await;
    claim(database, 10, 70, 10).await;

    assert!(!finish(database, "key", 0).await);
    assert!(!finish(database, "key", 2).await);
    assert_eq!(find(database, "key").await, Some(stored(job("key", 70), 1)));

    assert!(finish(database, "key", 1).await);
    assert!(!finish(database, "key", 1).await);
    assert_eq!(find(database, "key").await, None);
    assert_eq!(
        find(database, "other").await,
        Some(stored(job("other", 70), 1))
    );
}

pub async fn a_job_is_rescheduled_only_at_its_attempt(database: &Database) {
    put(database, job("key", 10)).await;
    claim(database, 10, 70, 10).await;

    assert!(!reschedule(database, "key", 0, 500).await);
    assert!(!reschedule(database, "unknown", 1, 500).await);
    assert_eq!(find(database, "key").await, Some(stored(job("key", 70), 1)));

    assert!(reschedule(database, "key", 1, 500).await);
    assert_eq!(
        find(database, "key").await,
        Some(stored(job("key", 500), 1))
    );
}

pub async fn a_rescheduled_job_is_due_at_its_new_moment(database: &Database) {
    put(database, job("key", 10)).await;
    claim(database, 10, 70, 10).await;
    reschedule(database, "key", 1, 30).await;

    assert_eq!(claim(database, 29, 100, 10).await, []);
    assert_eq!(
        claim(database, 30, 100, 10).await,
        [stored(job("key", 100), 2)]
    );
}

pub async fn who_has_lost_a_lease_can_neither_finish_nor_reschedule(database: &Database) {
    put(database, job("key", 10)).await;
    let first = claim(database, 10, 20, 1).await;
    let second = claim(database, 20, 30, 1).await;
    assert_eq!((first.len(), second.len()), (1, 1));

    assert!(!finish(database, "key", 1).await);
    assert!(!reschedule(database, "key", 1, 99).await);
    assert!(finish(database, "key", 2).await);
}

pub async fn expired_leases_make_every_job_due(database: &Database) {
    for (key, due) in [("a", 10), ("b", 20), ("c", 30)] {
        put(database, job(key, due)).await;
    }
    claim(database, 30, 1000, 10).await;

    let expired = expire(database, 40).await;

    assert_eq!(expired, 3);
    assert_eq!(expire(database, 40).await, 0);
    let mut claimed = claim(database, 40, 1000, 10).await;
    claimed.sort_by(|one, other| one.key.cmp(&other.key));
    assert_eq!(
        claimed,
        ["a", "b", "c"].map(|key| stored(job(key, 1000), 2))
    );
}

pub async fn expiring_leases_leaves_jobs_that_are_due_where_they_are(database: &Database) {
    put(database, job("due", 10)).await;
    put(database, job("later", 99)).await;

    assert_eq!(expire(database, 40).await, 1);

    assert_eq!(find(database, "due").await, Some(stored(job("due", 10), 0)));
    assert_eq!(
        find(database, "later").await,
        Some(stored(job("later", 40), 0))
    );
}

pub async fn the_next_due_moment_is_that_of_the_first_job(database: &Database) {
    let next = async || database.read(|tx| tx.next_due(KIND)).await;
    assert_eq!(next().await, None);

    put(database, job("b", 20)).await;
    put(database, job("a", 10)).await;
    assert_eq!(next().await, Some(at(10)));

    claim(database, 10, 70, 1).await;
    assert_eq!(next().await, Some(at(20)));

    claim(database, 20, 80, 1).await;
    assert_eq!(next().await, Some(at(70)));

    assert!(finish(database, "a", 1).await && finish(database, "b", 1).await);
    assert_eq!(next().await, None);
}

pub async fn a_unit_sees_the_jobs_it_has_put_and_finished(database: &Database) {
    let (put, due, finished) = database
        .write(|tx| {
            tx.put_job(&job("key", 10))?;
            let put = tx.job(KIND, "key")?;
            let due = tx.next_due(KIND)?;
            tx.finish_job(job_id("key"), 0)?;
            Ok((put, due, tx.job(KIND, "key")?))
        })
        .await;

    assert_eq!(put, Some(stored(job("key", 10), 0)));
    assert_eq!(due, Some(at(10)));
    assert_eq!(finished, None);
}

async fn put(database: &Database, job: NewJob) -> bool {
    database.write(move |tx| tx.put_job(&job)).await
}

async fn find(database: &Database, key: &'static str) -> Option<Job> {
    database.read(move |tx| tx.job(KIND, key)).await
}

async fn claim(database: &Database, now: i64, lease_until: i64, limit: usize) -> Vec<Job> {
    database
        .write(move |tx| tx.claim_jobs(KIND, at(now), at(lease_until), limit))
        .await
}

async fn finish(database: &Database, key: &str, attempts: u32) -> bool {
    let id = job_id(key);
    database.write(move |tx| tx.finish_job(id, attempts)).await
}

async fn reschedule(database: &Database, key: &str, attempts: u32, run_at: i64) -> bool {
    let id = job_id(key);
    database
        .write(move |tx| tx.reschedule_job(id, attempts, at(run_at)))
        .await
}

async fn expire(database: &Database, now: i64) -> u64 {
    database
        .write(move |tx| tx.expire_leases(KIND, at(now)))
        .await
}

fn keys(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.key.as_str()).collect()
}
