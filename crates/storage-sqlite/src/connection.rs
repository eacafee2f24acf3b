//! Connections and what is set on them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::functions;
use crate::log_mover::Lengths;

/// More statements than this crate has: each is prepared once per connection.
const STATEMENTS: usize = 192;

/// How long to wait for a backup or a shell that holds the database.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// The name by which a connection to the database knows the file of envelopes.
const ENVELOPES: &str = "raw";

/// The log of the database: moved at 31 MiB, and 94 MiB should more come than can be moved. The larger, the less
/// often pages are moved that change again and again; the smaller, the shorter are the flushes of the database, which
/// those who wait for another one feel. Measured at 4,000 to 40,000 pages on 2026-11-29.
pub(crate) const LOG: Lengths = Lengths {
    begins: 8_000,
    most: 24_000,
};

/// The connection that writes.
pub(crate) fn writing(path: &Path) -> rusqlite::Result<Connection> {
    let connection = durable(path)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Taken as it is needed, and given back when the database rests: what changes lies at random, and few of
    // those pages have to be read twice.
    connection.pragma_update(None, "cache_size", -128 * 1024)?;
    log_of(&connection, LOG.begins, LOG.most)?;
    Ok(connection)
}

/// A connection that writes to the file of envelopes, mostly at its end.
pub(crate) fn accepting(path: &Path) -> rusqlite::Result<Connection> {
    let connection = durable(path)?;
    connection.pragma_update(None, "cache_size", -2048)?;
    // Hardly any page changes twice, and those who wait for an answer wait for this too. Who reads meanwhile
    // makes the log longer; it stays so, because where it is written over its size need not be flushed as well.
    log_of(&connection, 4_000, 16_000)?;
    Ok(connection)
}

/// A connection for what is done to the file itself, now and then and not for long: overwriting what is left in its
/// pages, moving its log.
pub(crate) fn tending(path: &Path) -> rusqlite::Result<Connection> {
    let connection = durable(path)?;
    connection.pragma_update(None, "cache_size", -512)?;
    log_of(&connection, 4_000, 4_000)?;
    Ok(connection)
}

fn durable(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    // What was committed survives a power cut: the log is synced at each commit.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", is_wal)?;
    // What is deleted is overwritten, so that erased credentials are gone from free pages too.
    connection.pragma_update_and_check(None, "secure_delete", true, |_on| Ok(()))?;
    Ok(connection)
}

/// Sets how many pages the log has when whoever commits moves it into its file, unless a
/// [`LogMover`](crate::log_mover::LogMover) sees to that, and how many it keeps for what comes next. What it has grown to beyond that, because somebody read from it meanwhile or a unit
/// of work was large, is cut off.
fn log_of(connection: &Connection, moved_at: u32, kept: u32) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "wal_autocheckpoint", moved_at, |_pages| Ok(()))?;
    // A page with what the log says of it, and room for the unit of work that went beyond.
    let bytes = i64::from(kept) * 5 * 1024;
    connection.pragma_update_and_check(None, "journal_size_limit", bytes, |_limit| Ok(()))
}

/// A connection that cannot write.
pub(crate) fn reading(path: &Path, envelopes: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -2048)?;
    attach(&connection, envelopes)?;
    Ok(connection)
}

/// Makes a connection to the database read envelopes as well. It cannot write to their file, so that
/// its transactions never wait for those who accept.
pub(crate) fn attach(connection: &Connection, envelopes: &Path) -> rusqlite::Result<()> {
    let address = read_only(envelopes);
    connection.execute(&format!("ATTACH DATABASE ?1 AS {ENVELOPES}"), [address])?;
    connection.pragma_update(Some(ENVELOPES), "cache_size", -512)
}

/// A file as SQLite addresses it with options: whatever could mean something is written as a number.
fn read_only(path: &Path) -> String {
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            address.push(char::from(*byte));
        } else {
            let digit = |four_bits: u8| char::from_digit(four_bits.into(), 16).unwrap_or('0');
            address.extend(['%', digit(byte >> 4), digit(byte & 0x0f)]);
        }
    }
    address + "?mode=ro"
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Lists of values as one parameter: `IN rarray(?1)`.
    rusqlite::vtab::array::load_module(connection)?;
    functions::register(connection)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    /// How long the log is that comes after one of so many MiB.
    fn next_log(connection: &Connection, log: &Path, mebibytes: u64) -> u64 {
        connection.execute_batch("BEGIN").unwrap();
        for _one in 0..mebibytes {
            connection
                .execute("INSERT INTO t VALUES (zeroblob(1 << 20))", [])
                .unwrap();
        }
        connection
            .execute_batch("COMMIT; INSERT INTO t VALUES (1);")
            .unwrap();
        log.metadata().unwrap().len()
    }

    #[test]
    fn the_log_of_envelopes_keeps_its_size_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub-envelopes.db");
        std::fs::File::create(&path).unwrap();
        let connection = accepting(&path).unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        let log = folder.path().join("hub-envelopes.db-wal");

        assert!(next_log(&connection, &log, 32) >= 32 * MIB);
        let most = 16_000 * 5 * 1024;
        assert_eq!(next_log(&connection, &log, 96), most);
    }
}
