//! Stored values, read back or named as unreadable.

use std::fmt::Display;

use rusqlite::Row;
use rusqlite::types::{Type, ValueRef};
use switchboard_domain::Timestamp;
use switchboard_storage::StorageError;
use uuid::Uuid;

/// One row. Its first column is the row's key.
pub(crate) struct Stored<'row> {
    table: &'static str,
    row: &'row Row<'row>,
}

/// A column: where it stands in the query, and its name.
pub(crate) type Column = (usize, &'static str);

impl<'row> Stored<'row> {
    pub(crate) const fn new(table: &'static str, row: &'row Row<'row>) -> Self {
        Self { table, row }
    }

    pub(crate) fn text(&self, column: Column) -> Result<&'row str, StorageError> {
        self.optional_text(column)?
            .ok_or_else(|| self.unreadable(column, "there is no value"))
    }

    pub(crate) fn optional_text(&self, column: Column) -> Result<Option<&'row str>, StorageError> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map(Some)
                .map_err(|problem| self.unreadable(column, problem)),
            other => Err(self.of_wrong_type(column, other.data_type())),
        }
    }

    pub(crate) fn bytes(&self, column: Column) -> Result<&'row [u8], StorageError> {
        self.optional_bytes(column)?
            .ok_or_else(|| self.unreadable(column, "there is no value"))
    }

    pub(crate) fn optional_bytes(
        &self,
        column: Column,
    ) -> Result<Option<&'row [u8]>, StorageError> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => Err(self.of_wrong_type(column, other.data_type())),
        }
    }

    pub(crate) fn uuid(&self, column: Column) -> Result<Uuid, StorageError> {
        Uuid::from_slice(self.bytes(column)?).map_err(|problem| self.unreadable(column, problem))
    }

    pub(crate) fn integer(&self, column: Column) -> Result<i64, StorageError> {
        self.optional_integer(column)?
            .ok_or_else(|| self.unreadable(column, "there is no value"))
    }

    pub(crate) fn optional_integer(&self, column: Column) -> Result<Option<i64>, StorageError> {
        match self.value(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            other => Err(self.of_wrong_type(column, other.data_type())),
        }
    }

    pub(crate) fn moment(&self, column: Column) -> Result<Timestamp, StorageError> {
        self.integer(column).map(Timestamp::from_millis)
    }

    pub(crate) fn optional_moment(
        &self,
        column: Column,
    ) -> Result<Option<Timestamp>, StorageError> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_millis))
    }

    pub(crate) fn optional_uuid(&self, column: Column) -> Result<Option<Uuid>, StorageError> {
        self.optional_bytes(column)?
            .map(Uuid::from_slice)
            .transpose()
            .map_err(|problem| self.unreadable(column, problem))
    }

    pub(crate) fn optional_owned(&self, column: Column) -> Result<Option<String>, StorageError> {
        Ok(self.optional_text(column)?.map(str::to_owned))
    }

    /// A number that is never negative.
    pub(crate) fn count(&self, column: Column) -> Result<u64, StorageError> {
        u64::try_from(self.integer(column)?).map_err(|problem| self.unreadable(column, problem))
    }

    pub(crate) fn flag(&self, column: Column) -> Result<bool, StorageError> {
        match self.integer(column)? {
            1 => Ok(true),
            0 => Ok(false),
            other => Err(self.unreadable(column, format_args!("{other} is neither 0 nor 1"))),
        }
    }

    /// One of the names a word can have.
    pub(crate) fn named<T>(
        &self,
        column: Column,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StorageError> {
        let name = self.text(column)?;
        parse(name).ok_or_else(|| self.unreadable(column, format_args!("unknown value `{name}`")))
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

    fn of_wrong_type(&self, column: Column, found: Type) -> StorageError {
        self.unreadable(column, format_args!("it is of type {found}"))
    }

    fn value(&self, (at, _): Column) -> Result<ValueRef<'row>, StorageError> {
        self.row.get_ref(at).map_err(StorageError::unavailable)
    }

    fn key(&self) -> String {
        match self.row.get_ref(0) {
            Ok(ValueRef::Integer(number)) => number.to_string(),
            Ok(ValueRef::Text(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            Ok(ValueRef::Blob(bytes)) => Uuid::from_slice(bytes).map_or_else(
                |_not_an_id| format!("x'{}'", bytes.escape_ascii()),
                |id| id.to_string(),
            ),
            _ => "without a key".to_owned(),
        }
    }
}
