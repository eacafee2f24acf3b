//! Commits that take until the test lets them go on.

use postgres::Client;

/// Makes the commit of a row that is so wait for a lock that the test holds.
fn makes_slow(client: &mut Client, table: &str, is_so: &str) {
    client
        .batch_execute(&format!(
            "CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 IF {is_so} THEN
                     PERFORM pg_advisory_xact_lock(1, 1);
                 END IF;
                 RETURN NULL;
             END $$;
             CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON {table}
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_test();
             SELECT pg_advisory_lock(1, 1)"
        ))
        .unwrap();
}

/// Makes the commit of event 1 wait until the test lets it go on.
pub(crate) fn makes_event_slow(client: &mut Client) {
    makes_slow(client, "events", "NEW.payload = '1'");
}

/// Makes the commit of envelope 1 wait until the test lets it go on.
pub(crate) fn makes_envelope_slow(client: &mut Client) {
    makes_slow(client, "envelopes", "NEW.body = '1'::bytea");
}

/// Lets it go on.
pub(crate) const GO_ON: &str = "SELECT pg_advisory_unlock(1, 1)";

const WAITING: &str = "
    SELECT COUNT(*)
    FROM pg_locks
    JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND NOT granted";

/// How many wait for a lock.
pub(crate) fn waiting(client: &mut Client) -> i64 {
    client.query_one(WAITING, &[]).unwrap().get(0)
}
