//! A unit's view of a connection that is inside a transaction.

use rusqlite::{Connection, Params};
use switchboard_storage::StorageError;

use crate::stored::Stored;

/// What the traits of the contract are implemented on, one file a noun.
#[derive(Debug)]
pub(crate) struct Tx<'connection> {
    connection: &'connection Connection,
    /// Whether this unit has advanced the revision of the channels: once is enough.
    pub(crate) channels_revised: bool,
    /// Whether this unit has erased something sealed.
    pub(crate) secrets_erased: bool,
}

impl<'connection> Tx<'connection> {
    pub(crate) fn new(connection: &'connection Connection) -> Self {
        Self {
            connection,
            channels_revised: false,
            secrets_erased: false,
        }
    }

    /// Runs a statement that returns no rows; says how many it has changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StorageError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params))
            .map_err(StorageError::unavailable)
    }

    /// The first row of a query.
    pub(crate) fn first<T>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Stored<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(sql)
            .map_err(StorageError::unavailable)?;
        let mut rows = statement.query(params).map_err(StorageError::unavailable)?;
        let Some(row) = rows.next().map_err(StorageError::unavailable)? else {
            return Ok(None);
        };
        read(&Stored::new(table, row)).map(Some)
    }

    /// All rows of a query.
    pub(crate) fn all<T>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Stored<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(sql)
            .map_err(StorageError::unavailable)?;
        let mut rows = statement.query(params).map_err(StorageError::unavailable)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(StorageError::unavailable)? {
            found.push(read(&Stored::new(table, row))?);
        }
        Ok(found)
    }
}

/// A number of rows as SQLite counts them.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
