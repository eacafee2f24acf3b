//! The file of envelopes, beside the database.
//!
//! It has a thread of its own that writes, so that what providers send never waits for what is done
//! with it. How far envelopes have been applied, and what that came to, is in the database.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

const HAS_ENVELOPES: &str = "
    SELECT name
    FROM sqlite_schema
    WHERE type = 'table' AND name = 'envelopes'";

/// Earlier versions kept envelopes in the database.
const MOVE: &str = "
    INSERT OR IGNORE INTO raw.envelopes (id, received_at, source, target, headers, body)
    SELECT id, received_at, source, target, headers, body
    FROM main.envelopes
    ORDER BY id";

const NEXT: &str = "
    SELECT MAX(seq)
    FROM sqlite_sequence
    WHERE name = 'envelopes'";

const THROUGH: &str = "
    SELECT through
    FROM apply_progress
    WHERE only = 1";

/// `hub-envelopes.db` beside `hub.db`.
pub(crate) fn beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database.file_stem().unwrap_or_default());
    name.push("-envelopes");
    if let Some(extension) = database.extension() {
        name.push(".");
        name.push(extension);
    }
    database.with_file_name(name)
}

/// Moves envelopes from where earlier versions kept them. Whatever interrupts it, it can be done again.
pub(crate) fn move_envelopes(database: &Connection, envelopes: &Path) -> rusqlite::Result<()> {
    let found: Option<String> = database
        .query_row(HAS_ENVELOPES, [], |row| row.get(0))
        .optional()?;
    if found.is_none() {
        return Ok(());
    }
    let path = envelopes.as_os_str().as_encoded_bytes();
    database.execute("ATTACH DATABASE CAST(?1 AS TEXT) AS raw", [path])?;
    database.execute(MOVE, [])?;
    let given: Option<i64> = database.query_row(NEXT, [], |row| row.get(0))?;
    database.execute("DETACH DATABASE raw", [])?;
    let copied = crate::connection::accepting(envelopes)?;
    give_no_earlier(&copied, given.unwrap_or_default())?;
    database.execute("DROP TABLE main.envelopes", [])?;
    Ok(())
}

/// Sees to it that no envelope gets an id that counts as applied, should this file be an older copy than
/// the database.
pub(crate) fn follow_on(database: &Connection, envelopes: &Connection) -> rusqlite::Result<()> {
    let through = database
        .query_row(THROUGH, [], |row| row.get(0))
        .optional()?;
    give_no_earlier(envelopes, through.unwrap_or_default())
}

fn give_no_earlier(envelopes: &Connection, given: i64) -> rusqlite::Result<()> {
    let next: Option<i64> = envelopes.query_row(NEXT, [], |row| row.get(0))?;
    match next {
        Some(next) if next >= given => Ok(()),
        Some(_) => envelopes
            .execute(
                "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'envelopes'",
                [given],
            )
            .map(drop),
        None => envelopes
            .execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ('envelopes', ?1)",
                [given],
            )
            .map(drop),
    }
}
