//! Looking into a SQLite file behind its server's back.

use std::path::Path;

use anyhow::Context as _;
use rusqlite::{Connection, OpenFlags};

/// How many rows a table has.
pub(crate) fn rows_of(database: &Path, table: &str) -> anyhow::Result<u64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(database, flags)?;
    let question = format!("SELECT count(*) FROM {table}");
    let rows: i64 = connection
        .query_row(&question, [], |row| row.get(0))
        .with_context(|| format!("cannot count the rows of {table}"))?;
    Ok(u64::try_from(rows)?)
}
