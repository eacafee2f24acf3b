//! The suite that every backend passes, on SQLite.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot open its database fails"
)]

use switchboard_storage::conformance::Database;
use switchboard_storage_sqlite::{SqliteOptions, open};

fn fresh(options: SqliteOptions) -> Database {
    let folder = tempfile::tempdir().unwrap();
    Database::opened_by(1, move || {
        open(&folder.path().join("hub.db"), options).unwrap()
    })
}

mod recent {
    use super::*;

    fn as_it_comes() -> Database {
        fresh(SqliteOptions::default())
    }

    switchboard_storage::conformance_suite!(as_it_comes);
}

/// With messages in both indexes, as a database has them that has more than a few.
mod gathered {
    use super::*;

    fn after_two() -> Database {
        fresh(SqliteOptions {
            recent_messages: 2,
            ..SqliteOptions::default()
        })
    }

    switchboard_storage::conformance_suite!(after_two);
}
