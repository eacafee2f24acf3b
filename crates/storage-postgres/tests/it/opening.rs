//! Opening databases, and refusing to.

use std::thread;

use switchboard_domain::{ChannelFilter, Position};
use switchboard_storage::{StorageError, Touches, Writers};
use switchboard_storage_postgres::{OpenError, PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

use crate::samples::{channel, event};

fn refusal(url: &str) -> OpenError {
    open(url, PostgresOptions::default())
        .map(|_store| ())
        .unwrap_err()
}

#[test]
fn many_nodes_can_open_an_empty_database_at_the_same_time() {
    let database = TestDatabase::create();

    thread::scope(|scope| {
        for _node in 0..6 {
            scope.spawn(|| {
                let store = open(&database.url(), PostgresOptions::default()).unwrap();
                assert_eq!(store.writers(), Writers::ManyNodes);
            });
        }
    });

    let applied = database
        .client()
        .query("SELECT version FROM schema_history", &[])
        .unwrap();
    let migrations = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    assert_eq!(applied.len(), migrations.count());
}

#[tokio::test]
async fn what_one_node_has_acknowledged_the_other_reads_at_once() {
    let database = TestDatabase::create();
    let one = open(&database.url(), PostgresOptions::default()).unwrap();
    let other = open(&database.url(), PostgresOptions::default()).unwrap();

    for number in 1..=20 {
        let written: Result<(), StorageError> = one
            .write(Touches::nothing(), move |tx| {
                tx.put_channel(&channel(number))?;
                tx.append_event(&event(number))
            })
            .await;
        written.unwrap();

        let seen: Result<_, StorageError> = other
            .read(|tx| {
                Ok((
                    tx.channels(&ChannelFilter::default())?.len(),
                    tx.events_after(Position::START, 100)?.len(),
                ))
            })
            .await;
        let expected = usize::try_from(number).unwrap();
        assert_eq!(seen.unwrap(), (expected, expected));
    }
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let database = TestDatabase::create();
    open(&database.url(), PostgresOptions::default())
        .unwrap()
        .close();
    database
        .client()
        .batch_execute(
            "INSERT INTO schema_history (version, name, applied_on, checksum)
             VALUES (1000, 'from_the_future', '2030-01-01T00:00:00Z', '1')",
        )
        .unwrap();

    let refused = refusal(&database.url());

    assert!(
        matches!(refused, OpenError::NewerSchema { found: 1000, .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("newer version"), "{refused}");
}

#[test]
fn a_database_that_cannot_hold_every_text_is_refused() {
    let database = TestDatabase::create();
    database
        .client()
        .batch_execute(&format!(
            "CREATE DATABASE {}_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
            database.name()
        ))
        .unwrap();

    let refused = refusal(&format!("{}_latin", database.url()));

    database
        .client()
        .batch_execute(&format!(
            "DROP DATABASE {}_latin WITH (FORCE)",
            database.name()
        ))
        .unwrap();
    assert!(
        matches!(&refused, OpenError::Encoding { encoding, .. } if encoding == "LATIN1"),
        "{refused:?}"
    );
}

#[test]
fn a_wrong_password_is_refused_and_not_repeated() {
    let database = TestDatabase::create();
    let (scheme_and_password, rest) = database
        .url()
        .split_once('@')
        .map(|(one, other)| (one.to_owned(), other.to_owned()))
        .unwrap();
    let password = scheme_and_password.rsplit(':').next().unwrap();
    let url = format!("postgres://postgres:canary@{rest}");

    let refused = refusal(&url);

    let said = format!("{refused} {refused:?}");
    assert!(said.contains("password authentication failed"), "{said}");
    assert!(
        !said.contains("canary") && !said.contains(password),
        "{said}"
    );
}

#[test]
fn a_server_without_tls_is_refused_where_the_address_insists() {
    let database = TestDatabase::create();

    let refused = refusal(&format!("{}?sslmode=require", database.url()));

    assert!(matches!(refused, OpenError::Refused { .. }), "{refused:?}");
    assert!(refused.to_string().contains("TLS"), "{refused}");
    open(
        &format!("{}?sslmode=prefer", database.url()),
        PostgresOptions::default(),
    )
    .unwrap();
}

#[test]
fn nobody_there_is_said_to_be_so() {
    // Port 1 of this machine: reserved, and nobody listens there.
    let refused = refusal("postgres://anna:canary@127.0.0.1:1/hub");

    let said = format!("{refused} {refused:?}");
    assert!(said.contains("127.0.0.1/hub cannot be used"), "{said}");
    assert!(!said.contains("canary"), "{said}");
}
