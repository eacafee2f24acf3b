//! The suite that every backend passes, on SQLite.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot open its database fails"
)]

use switchboard_storage::conformance::Database;
use switchboard_storage_sqlite::{SqliteOptions, open};

fn fresh() -> Database {
    let folder = tempfile::tempdir().unwrap();
    Database::opened_by(1, move || {
        open(&folder.path().join("hub.db"), SqliteOptions::default()).unwrap()
    })
}

switchboard_storage::conformance_suite!(fresh);
