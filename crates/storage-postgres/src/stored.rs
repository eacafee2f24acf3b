//! Stored values, read back or named as unreadable.

use std::fmt::Display;

use postgres::Row;
use postgres::types::FromSql;
use switchboard_domain::Timestamp;
use switchboard_storage::StorageError;
use uuid::Uuid;

/// One row. Its first column is the row's key.
pub(crate) struct Stored<'row> {
    table: &'static str,
    row: &'row Row,
}

/// A column: where it stands in the query, and its name.
pub(crate) type Column = (usize, &'static str);

impl<'row> Stored<'row> {
    pub(crate) const fn new(table: &'static str, row: &'row Row) -> Self {
        Self { table, row }
    }

    /// The value of a column; an option where it may be null.
    pub(crate) fn get<T: FromSql<'row>>(&self, column: Column) -> Result<T, StorageError> {
        let (at, _name) = column;
        self.row.try_get(at).map_err(|problem| {
            let cause = std::error::Error::source(&problem).map(ToString::to_string);
            self.unreadable(column, cause.unwrap_or_else(|| problem.to_string()))
        })
    }

    pub(crate) fn moment(&self, column: Column) -> Result<Timestamp, StorageError> {
        self.get(column).map(Timestamp::from_millis)
    }

    /// Says what is wrong with a value, and where it lies.
    pub(crate) fn unreadable(&self, (_, column): Column, problem: impl Display) -> StorageError {
        StorageError::Inconsistent {
            table: self.table,
            column,
            row: self.key(),
            problem: problem.to_string(),
        }
    }

    fn key(&self) -> String {
        let id = || self.row.try_get(0).map(|id: Uuid| id.to_string());
        let number = || self.row.try_get(0).map(|number: i64| number.to_string());
        id().or_else(|_not_an_id| number())
            .or_else(|_not_a_number| self.row.try_get(0))
            .unwrap_or_else(|_not_text| "without a key".to_owned())
    }
}

/// How many rows at most, as the server wants to hear it.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
