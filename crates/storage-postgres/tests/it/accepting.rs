//! What is accepted together.

use postgres::{Client, NoTls};
use switchboard_domain::EnvelopeId;
use switchboard_storage::StorageError;
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;
use tokio::task::spawn_blocking;

use crate::samples::envelope;
use crate::slow::{GO_ON, makes_envelope_slow, waiting};

/// Envelope 3 is one that the server does not want.
const BAD_ENVELOPE: &str = "
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.body = '3'::bytea THEN
            RAISE EXCEPTION 'not this one' USING ERRCODE = 'data_exception';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON envelopes FOR EACH ROW EXECUTE FUNCTION refuse()";

#[test]
fn an_envelope_that_the_server_refuses_costs_none_of_those_that_came_with_it() {
    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    client.batch_execute(BAD_ENVELOPE).unwrap();
    makes_envelope_slow(&mut client);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let accepting = store.clone();
    let first = runtime.spawn(async move { accepting.accept(envelope(1)).await });
    while waiting(&mut client) < 1 {}

    // They wait together: each is in the queue before the next one is looked at.
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

#[cfg(target_os = "linux")]
#[test]
fn the_thread_that_writes_is_behind_the_one_that_accepts() {
    use switchboard_storage::Touches;
    use switchboard_testkit::threads::nice_of;

    let database = TestDatabase::create();
    let store = open(&database.url(), PostgresOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.unwrap();
    let served = store.write(Touches::nothing(), |_tx| Ok(()));
    let served: Result<(), StorageError> = runtime.block_on(served);
    served.unwrap();
    runtime.block_on(store.accept(envelope(1))).unwrap();

    let [writers, accepters] = ["postgres-writer", "postgres-accept"].map(nice_of);

    assert!(!accepters.is_empty());
    assert!(writers.iter().max() > accepters.iter().max(), "{writers:?}");
}
