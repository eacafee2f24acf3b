//! Stored values, read back or named as unreadable.

use std::fmt::Display;

use postgres::Row;
use postgres::types::FromSql;
use switchboard_domain::{RawJson, Timestamp};
use switchboard_storage::StorageError;
use uuid::Uuid;

use crate::verbatim;

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

    pub(crate) fn maybe_moment(&self, column: Column) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp::from_millis))
    }

    /// Text that was written as [`crate::verbatim::Text`].
    pub(crate) fn text(&self, column: Column) -> Result<String, StorageError> {
        self.get(column).map(verbatim::read)
    }

    /// The same where it may be null.
    pub(crate) fn maybe_text(&self, column: Column) -> Result<Option<String>, StorageError> {
        Ok(self.get::<Option<&str>>(column)?.map(verbatim::read))
    }

    pub(crate) fn json(&self, column: Column) -> Result<RawJson, StorageError> {
        self.get::<&str>(column).map(RawJson::from_checked)
    }

    /// A number that is never below zero.
    pub(crate) fn natural(&self, column: Column) -> Result<u64, StorageError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|problem| self.unreadable(column, problem))
    }

    /// A name that the program has given to a value.
    pub(crate) fn named<T>(
        &self,
        column: Column,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StorageError> {
        let name = self.get::<&str>(column)?;
        parse(name).ok_or_else(|| self.unreadable(column, format_args!("`{name}` is unknown")))
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

/// How many rows that arrived out of the order of their moments are looked past.
pub(crate) const DISORDER: usize = 1000;

/// How many rows at most, as the server wants to hear it.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// A number that is never below zero, as the server wants to hear it.
pub(crate) fn natural(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// One value of each of many things: a column of what is written with one statement.
pub(crate) fn column<'a, T, V>(things: &'a [T], value: impl FnMut(&'a T) -> V) -> Vec<V> {
    things.iter().map(value).collect()
}
