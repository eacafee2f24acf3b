//! What is accepted together.

use postgres::{Client, NoTls};
use switchboard_domain::EnvelopeId;
use switchboard_storage::StorageError;
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;
use tokio::task::spawn_blocking;

use crate::samples::envelope;

/// The first envelope takes until the test goes on, so that those after it wait together. The third one is one that
/// the server does not want.
const SLOW_FIRST_AND_BAD_THIRD: &str = "
    CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.body = '1'::bytea THEN
            PERFORM pg_advisory_xact_lock(1, 1);
        END IF;
        IF NEW.body = '3'::bytea THEN
            RAISE EXCEPTION 'not this one' USING ERRCODE = 'data_exception';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER judge BEFORE INSERT ON envelopes FOR EACH ROW EXECUTE FUNCTION judge();
    SELECT pg_advisory_lock(1, 1)";

const GO_ON: &str = "SELECT pg_advisory_unlock(1, 1)";

const WAITING: &str = "
    SELECT COUNT(*)
    FROM pg_locks
    JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND NOT granted";

#[test]
fn an_envelope_that_the_server_refuses_costs_none_of_those_that_came_with_it() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    client.batch_execute(SLOW_FIRST_AND_BAD_THIRD).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let accepting = store.clone();
    let first = runtime.spawn(async move { accepting.accept(envelope(1)).await });
    while client.query_one(WAITING, &[]).unwrap().get::<_, i64>(0) < 1 {}

    // Each is in the queue before the next one is looked at.
    let (second, third, fourth, gone_on) = runtime.block_on(async {
        tokio::join!(
            store.accept(envelope(2)),
            store.accept(envelope(3)),
            store.accept(envelope(4)),
            async { spawn_blocking(move || client.batch_execute(GO_ON)).await },
        )
    });

    gone_on.unwrap().unwrap();
    runtime.block_on(first).unwrap().unwrap();
    second.unwrap();
    assert!(third.unwrap_err().is_of_content());
    fourth.unwrap();
    let kept = store.read(|tx| tx.envelopes_after(EnvelopeId::START, 10, 1000));
    let kept: Result<_, StorageError> = runtime.block_on(kept);
    let kept: Vec<_> = kept.unwrap().into_iter().map(|one| one.content).collect();
    assert_eq!(kept, [1, 2, 4].map(envelope));
}
