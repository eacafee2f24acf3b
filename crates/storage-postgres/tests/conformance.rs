//! The suite that every backend passes, on PostgreSQL with two nodes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot open its database fails"
)]

use switchboard_storage::conformance::Database;
use switchboard_storage_postgres::{PostgresOptions, open};
use switchboard_testkit::postgres::TestDatabase;

fn fresh() -> Database {
    let database = TestDatabase::create();
    let options = PostgresOptions {
        readers: 2,
        ..PostgresOptions::default()
    };
    Database::opened_by(2, move || open(&database.url(), options).unwrap())
}

switchboard_storage::conformance_suite!(fresh);
