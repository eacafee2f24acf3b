//! Connections and what is set on them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// More statements than this crate has: each is prepared once per connection.
const STATEMENTS: usize = 192;

/// How long to wait for a backup or a shell that holds the database.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// The connection that writes.
pub(crate) fn writing(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    // What was committed survives a power cut: the log is synced at each commit.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", is_wal)?;
    // A burst must not leave a huge log behind.
    connection.pragma_update_and_check(None, "journal_size_limit", 16 << 20, |_limit| Ok(()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten, so that erased credentials are gone from free pages too.
    connection.pragma_update_and_check(None, "secure_delete", true, |_on| Ok(()))?;
    // What 256 messages of strangers touch, so that it need not go to the log before the commit. It is
    // taken as it is needed.
    connection.pragma_update(None, "cache_size", -16384)?;
    // As large as the log may stay: pages that change again and again are moved less often.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 4000, |_pages| Ok(()))?;
    Ok(connection)
}

/// A connection that cannot write.
pub(crate) fn reading(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -2048)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// SQLite stays in another mode without an error where it cannot have shared memory.
fn is_wal(row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
    let mode: String = row.get(0)?;
    if mode == "wal" {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
        Some(format!("the database stays in journal mode {mode}")),
    ))
}
