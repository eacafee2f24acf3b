//! Commits that take until the test lets them go on.

use postgres::Client;

/// Makes the commit of event 1 wait for a lock that the test holds.
pub(crate) const SLOW_COMMIT: &str = "
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

/// The same for envelope 1.
pub(crate) const SLOW_ENVELOPE: &str = "
    CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.body = '1'::bytea THEN
            PERFORM pg_advisory_xact_lock(1, 1);
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON envelopes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_test();
    SELECT pg_advisory_lock(1, 1)";

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
