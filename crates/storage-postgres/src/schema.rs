//! The server's version, and the tables, version by version, forward only.

use postgres::Client;

use crate::OpenError;
use crate::address::Address;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The oldest server that will do.
const OLDEST: i32 = 15;

/// Where applied migrations are written down.
const HISTORY: &str = "schema_history";

const SERVER: &str = "
    SELECT current_setting('server_version_num')::integer / 10000 AS version,
           current_setting('server_encoding') AS encoding";

/// The number is arbitrary: no other lock of this database may have it. Held by the session, because
/// migrations have transactions of their own.
const LOCK: &str = "SELECT pg_advisory_lock(5318008100)";

const UNLOCK: &str = "SELECT pg_advisory_unlock(5318008100)";

const HAS_HISTORY: &str = "SELECT to_regclass('schema_history') IS NOT NULL AS has_history";

const LAST_VERSION: &str = "SELECT MAX(version) AS version FROM schema_history";

/// Applies the migrations that are missing, all of them or none, while other nodes that start wait.
pub(crate) fn bring_up_to_date(address: &Address) -> Result<(), OpenError> {
    let refused = |error: postgres::Error| OpenError::refused(address, &error.into());
    let server = || address.name();
    let mut client = address.connect().map_err(refused)?;
    let (version, encoding) = about_server(&mut client).map_err(refused)?;
    acceptable(version, &encoding, server)?;

    client.batch_execute(LOCK).map_err(refused)?;
    let mut runner = embedded::migrations::runner().set_grouped(true);
    runner.set_migration_table_name(HISTORY);
    let known = runner
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .max()
        .unwrap_or_default();
    let found = schema_version(&mut client).map_err(refused)?;
    if found > known {
        return Err(OpenError::NewerSchema {
            server: server(),
            found,
            known,
        });
    }
    runner
        .run(&mut client)
        .map_err(|source| OpenError::Migration {
            server: server(),
            source: Box::new(source),
        })?;
    client.batch_execute(UNLOCK).map_err(refused)
}

fn acceptable(
    version: i32,
    encoding: &str,
    server: impl FnOnce() -> String,
) -> Result<(), OpenError> {
    if version < OLDEST {
        return Err(OpenError::TooOld {
            server: server(),
            found: version,
            oldest: OLDEST,
        });
    }
    if encoding != "UTF8" {
        return Err(OpenError::Encoding {
            server: server(),
            encoding: encoding.to_owned(),
        });
    }
    Ok(())
}

fn about_server(client: &mut Client) -> Result<(i32, String), postgres::Error> {
    let row = client.query_one(SERVER, &[])?;
    Ok((row.try_get("version")?, row.try_get("encoding")?))
}

/// The version of the tables; 0 while there are none.
fn schema_version(client: &mut Client) -> Result<i32, postgres::Error> {
    let row = client.query_one(HAS_HISTORY, &[])?;
    if !row.try_get("has_history")? {
        return Ok(0);
    }
    let row = client.query_one(LAST_VERSION, &[])?;
    let version: Option<i32> = row.try_get("version")?;
    Ok(version.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use switchboard_domain::{EventBody, Position, RawJson};
    use switchboard_storage::StorageError;
    use switchboard_testkit::postgres::TestDatabase;

    use super::*;
    use crate::{PostgresOptions, open};

    #[test]
    fn what_was_applied_anywhere_is_never_changed_because_its_database_could_not_be_opened_any_more()
     {
        let runner = embedded::migrations::runner();
        let mut known: Vec<_> = runner
            .get_migrations()
            .iter()
            .map(|migration| (migration.version(), migration.checksum()))
            .collect();
        known.sort_unstable();

        assert_eq!(
            known,
            [
                (1, 16_666_128_087_314_768_254),
                (2, 13_037_559_261_995_968_712),
                (3, 4_659_015_879_873_028_791),
                (4, 13_702_698_621_574_834_315),
                (5, 11_428_327_105_320_209_004),
                (6, 16_076_878_269_581_240_645),
            ]
        );
    }

    const BEFORE: &str = "
        INSERT INTO channels (id, source, source_channel_id, name, connected, facts, created_at,
                              updated_at)
        VALUES ('0686be1a-84e3-5135-9960-3269161887e5', 'facebook', '7562107744668308', 'shop',
                true, '{}', 1, 2);
        INSERT INTO events (kind, subject, payload, occurred_at)
        VALUES ('channel.updated', '0686be1a-84e3-5135-9960-3269161887e5', '[1]', 3);
        INSERT INTO jobs (id, kind, key, payload, run_at, attempts)
        VALUES ('0686be1a-84e3-5135-9960-3269161887e6', 'account.settle', 'key', '{}', 4, 0);
        UPDATE revisions SET revision = 7 WHERE noun = 'channels'";

    #[test]
    fn a_database_that_has_no_messages_yet_keeps_what_it_has() {
        let database = TestDatabase::create();
        let mut client = database.client();
        let mut runner = embedded::migrations::runner().set_target(refinery::Target::Version(1));
        runner.set_migration_table_name(HISTORY);
        runner.run(&mut client).unwrap();
        client.batch_execute(BEFORE).unwrap();

        let store = open(&database.url(), PostgresOptions::default()).unwrap();

        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let found = store.read(|tx| {
            let events = tx.events_after(Position::START, 10)?;
            let channels = tx.channels(&switchboard_domain::ChannelFilter::default())?;
            let due = tx.next_due(switchboard_domain::JobKind::SettleAccount)?;
            Ok::<_, StorageError>((events, channels, due, tx.channels_revision()?))
        });
        let (events, channels, due, revision) = runtime.block_on(found).unwrap();
        let [event] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(event.body, EventBody::Told(RawJson::from_checked("[1]")));
        assert_eq!(channels.len(), 1);
        assert_eq!(due.map(switchboard_domain::Timestamp::as_millis), Some(4));
        assert_eq!(revision.0, 7);
    }

    /// Three conversations with a message, two of them unread and two in a state; one without a message.
    const INBOX: &str = "
        INSERT INTO conversations (id, channel_id, source, handle, created_at, last_message_id,
            last_message_sequence, last_message_at, message_count, unread_count, display_name_by_user,
            avatar_url_by_user, profile, state, contact_id)
        SELECT id::uuid, channel::uuid, source, id, 1, message::uuid, sequence, sequence, 1, unread, false,
               false, 'none', state, id::uuid
        FROM (VALUES
            ('01000000-0000-0000-0000-000000000000', '0a000000-0000-0000-0000-000000000000', 'viber',
             '01000000-0000-0000-0000-000000000000', 1, 1, 'On hold'),
            ('02000000-0000-0000-0000-000000000000', '0a000000-0000-0000-0000-000000000000', 'viber',
             '01000000-0000-0000-0000-000000000000', 2, 0, 'hold'),
            ('03000000-0000-0000-0000-000000000000', '0b000000-0000-0000-0000-000000000000', 'google',
             '01000000-0000-0000-0000-000000000000', 3, 5, NULL),
            ('04000000-0000-0000-0000-000000000000', '0b000000-0000-0000-0000-000000000000', 'google',
             NULL, NULL, 5, 'hold')
        ) AS made (id, channel, source, message, sequence, unread, state);
        INSERT INTO conversation_words (conversation_id, key, position, word) VALUES
            ('01000000-0000-0000-0000-000000000000', 'metadata.state', 0, 'on'),
            ('01000000-0000-0000-0000-000000000000', 'metadata.state', 1, 'hold'),
            ('02000000-0000-0000-0000-000000000000', 'metadata.state', 0, 'hold'),
            ('03000000-0000-0000-0000-000000000000', 'display_name', 0, 'hold'),
            ('04000000-0000-0000-0000-000000000000', 'metadata.state', 0, 'hold');
        INSERT INTO counts (kind, key, slot, number)
        VALUES ('contacts', '', 3, 4), ('all', '', 3, 3), ('state', 'hold', 1, 2), ('tag', 'c', 1, 2)";

    #[test]
    fn totals_are_counted_once_for_what_an_earlier_version_has_left() {
        let database = TestDatabase::create();
        let mut client = database.client();
        let mut runner = embedded::migrations::runner().set_target(refinery::Target::Version(2));
        runner.set_migration_table_name(HISTORY);
        runner.run(&mut client).unwrap();
        client.batch_execute(INBOX).unwrap();

        open(&database.url(), PostgresOptions::default())
            .unwrap()
            .close();

        let counts: Vec<String> = client
            .query(
                "SELECT concat_ws('|', kind || left(key, 2), state, source, number, unread)
                 FROM counts ORDER BY kind, key, state, source",
                &[],
            )
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
        assert_eq!(
            counts,
            [
                "all||google|1|1",
                "all||viber|2|1",
                "all| |viber|2|1",
                "all|hold|viber|2|1",
                "all|on|viber|1|1",
                "channel0a||viber|2|1",
                "channel0a| |viber|2|1",
                "channel0a|hold|viber|2|1",
                "channel0a|on|viber|1|1",
                "channel0b||google|1|1",
                "contacts|||4|0",
                "tagc|||2|0",
            ]
        );
    }

    fn judged(version: i32, encoding: &str) -> Result<(), String> {
        acceptable(version, encoding, || "db.example/hub".to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_server_older_than_fifteen_is_refused() {
        assert_eq!(judged(15, "UTF8"), Ok(()));
        assert_eq!(judged(18, "UTF8"), Ok(()));
        assert_eq!(
            judged(14, "UTF8"),
            Err("db.example/hub is PostgreSQL 14; upgrade it to 15 or later".to_owned())
        );
    }

    #[test]
    fn a_database_that_cannot_hold_every_text_is_refused() {
        let refused = judged(15, "LATIN1").unwrap_err();

        assert!(refused.contains("stores text as LATIN1"), "{refused}");
    }
}
