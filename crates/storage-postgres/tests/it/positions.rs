//! Positions become readable in their order, whichever node is slow to commit.

use postgres::{Client, NoTls};
use switchboard_domain::Position;
use switchboard_storage::{StorageError, Store, Touches};
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;
use tokio::task::JoinHandle;

use crate::samples::event;

/// Makes the commit of event 1 wait for a lock that the test holds.
const SLOW_COMMIT: &str = "
    CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.payload = '1' THEN
            PERFORM pg_advisory_xact_lock(1, 1);
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON events
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_test();
    SELECT pg_advisory_lock(1, 1)";

const GO_ON: &str = "SELECT pg_advisory_unlock(1, 1)";

const WAITING: &str = "
    SELECT COUNT(*)
    FROM pg_locks
    JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND NOT granted";

fn tell(store: &Store, number: u32) -> JoinHandle<Result<(), StorageError>> {
    let store = store.clone();
    tokio::spawn(async move {
        store
            .write(Touches::nothing(), move |tx| {
                tx.append_event(&event(number))
            })
            .await
    })
}

#[test]
fn an_event_is_not_readable_before_one_with_an_earlier_position() {
    let database = TestDatabase::create();
    let [one, other] =
        [1, 2].map(|_node| open(&database.url(), PostgresOptions::default()).unwrap());
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    client.batch_execute(SLOW_COMMIT).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let entered = runtime.enter();
    let first = tell(&one, 1);
    drop(entered);
    while waiting(&mut client) < 1 {}

    let entered = runtime.enter();
    let second = tell(&other, 2);
    drop(entered);
    // It ends up waiting, or it overtakes.
    while waiting(&mut client) < 2 && !second.is_finished() {}

    let read = || {
        let log = other.read_one(|tx| tx.events_after(Position::START, 10));
        let log: Result<Vec<_>, StorageError> = runtime.block_on(log);
        let log = log.unwrap();
        log.into_iter()
            .map(|event| event.payload.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(read(), Vec::<String>::new());
    client.batch_execute(GO_ON).unwrap();
    runtime.block_on(first).unwrap().unwrap();
    runtime.block_on(second).unwrap().unwrap();
    assert_eq!(read(), ["1", "2"]);
}

fn waiting(client: &mut Client) -> i64 {
    client.query_one(WAITING, &[]).unwrap().get(0)
}
