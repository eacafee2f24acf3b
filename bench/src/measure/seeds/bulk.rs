//! Filling a database fast.
//!
//! Rows go through the storage contract, so that counts and whatever else is kept are as a hub would have
//! written them. But indexes are made once everything is there, as far as they are no tables themselves:
//! sorted once, instead of being written at random with each row. And nothing is forced to disk meanwhile.

use std::path::Path;

use postgres::NoTls;
use rusqlite::Connection;
use switchboard_storage::Store;
use switchboard_storage_postgres::PostgresOptions;
use switchboard_storage_sqlite::SqliteOptions;

/// Tables in which nothing is found by anything but the primary key while they are filled, as a list in SQL.
const BIG: &str = "('conversations', 'contacts', 'messages', 'message_texts')";

/// Fills a new database of SQLite. `fill` closes the store.
pub(super) fn into_sqlite(
    file: &Path,
    fill: impl FnOnce(&Store) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let open = || switchboard_storage_sqlite::open(file, SqliteOptions::default());
    // Makes the tables.
    open()?.close();
    let indexes = sqlite_indexes(file)?;
    let connection = Connection::open(file)?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    connection.close().map_err(|(_, error)| error)?;

    fill(&open()?)?;

    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = DELETE;
         PRAGMA synchronous = OFF;
         PRAGMA cache_size = -500000;
         PRAGMA threads = 2;",
    )?;
    for (_, make) in &indexes {
        connection.execute_batch(make)?;
    }
    connection.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// The names of indexes, and what makes them.
fn sqlite_indexes(file: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let connection = Connection::open(file)?;
    let mut statement = connection.prepare(&format!(
        "SELECT name, sql
         FROM sqlite_schema
         WHERE type = 'index' AND tbl_name IN {BIG} AND sql IS NOT NULL
         ORDER BY name"
    ))?;
    let indexes = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(indexes.collect::<Result<_, _>>()?)
}

/// For a server that nobody else uses.
const HURRY: [&str; 5] = [
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "ALTER SYSTEM SET autovacuum = off",
    "ALTER SYSTEM SET max_wal_size = '8GB'",
    "SELECT pg_reload_conf()",
];

/// Fills a new database of PostgreSQL. `fill` closes the store.
pub(super) fn into_postgres(
    url: &str,
    fill: impl FnOnce(&Store) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut client = postgres::Client::connect(url, NoTls)?;
    for statement in HURRY {
        client.batch_execute(statement)?;
    }
    let store = switchboard_storage_postgres::open(url, PostgresOptions::default())?;
    let indexes = postgres_indexes(&mut client)?;
    for (name, _) in &indexes {
        client.batch_execute(&format!("DROP INDEX {name}"))?;
    }

    fill(&store)?;

    client.batch_execute("SET maintenance_work_mem = '1GB'")?;
    for (_, make) in &indexes {
        client.batch_execute(make)?;
    }
    client.batch_execute("ALTER SYSTEM RESET ALL")?;
    client.batch_execute("SELECT pg_reload_conf()")?;
    Ok(())
}

/// The names of indexes that are no part of a table, and what makes them. Unique ones stay: what is added is looked
/// for in them before, and without them in all of the table, again for each part of a unit.
fn postgres_indexes(client: &mut postgres::Client) -> anyhow::Result<Vec<(String, String)>> {
    let question = format!(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
         FROM pg_index
         WHERE indrelid::regclass::text IN {BIG}
               AND NOT indisunique
               AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
         ORDER BY 1"
    );
    let rows = client.query(&question, &[])?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_database_has_the_indexes_of_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let open =
            |file: &Path| switchboard_storage_sqlite::open(file, SqliteOptions::default()).unwrap();
        open(&file("empty.db")).close();

        into_sqlite(&file("filled.db"), |store| {
            store.close();
            Ok(())
        })
        .unwrap();

        assert_eq!(
            sqlite_indexes(&file("filled.db")).unwrap(),
            sqlite_indexes(&file("empty.db")).unwrap()
        );
        open(&file("filled.db")).close();
    }
}
