//! A unit's view of a connection that is inside a transaction.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, Params, Statement};
use switchboard_domain::ConversationId;
use switchboard_storage::StorageError;
use uuid::Uuid;

use crate::after::After;
use crate::envelope_changes::Changes;
use crate::known::Known;
use crate::refusal::meant;
use crate::stored::Stored;

/// What the traits of the contract are implemented on, one file a noun.
#[derive(Debug)]
pub(crate) struct Tx<'connection> {
    connection: &'connection Connection,
    /// Whether this unit has advanced the revision of the channels: once is enough.
    pub(crate) channels_revised: bool,
    /// Whether this unit has erased something sealed, or something of a person.
    pub(crate) secrets_erased: bool,
    /// The conversations this unit has looked at, as they are now; `None` for those there are not.
    /// Only the writer changes them, so what a unit has read once need not be read again.
    pub(crate) known: HashMap<ConversationId, Option<Known>>,
    /// What this unit does to the file of envelopes.
    pub(crate) envelopes: Changes,
    /// How many messages this unit has added.
    pub(crate) recent: u64,
    /// What is to be done once this unit is committed.
    pub(crate) after: After,
    /// How often a statement was run.
    statements: Cell<u64>,
}

impl<'connection> Tx<'connection> {
    pub(crate) fn new(connection: &'connection Connection) -> Self {
        Self {
            connection,
            channels_revised: false,
            secrets_erased: false,
            known: HashMap::new(),
            envelopes: Changes::default(),
            recent: 0,
            after: After::default(),
            statements: Cell::new(0),
        }
    }

    /// How many statements this unit has run.
    pub(crate) fn statements(&self) -> u64 {
        self.statements.get()
    }

    /// A statement to be run several times. It is prepared once per connection.
    pub(crate) fn prepare(&self, sql: &str) -> Result<Prepared<'_>, StorageError> {
        let statement = self.connection.prepare_cached(sql).map_err(meant)?;
        Ok(self.counted(Held::Cached(statement)))
    }

    /// A statement whose text depends on what was asked. It is not kept.
    pub(crate) fn prepare_once(&self, sql: &str) -> Result<Prepared<'_>, StorageError> {
        let statement = self.connection.prepare(sql).map_err(meant)?;
        Ok(self.counted(Held::Once(statement)))
    }

    /// Runs a statement that returns no rows; says how many it has changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StorageError> {
        self.prepare(sql)?.execute(params)
    }

    /// The first row of a query.
    pub(crate) fn first<T>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Stored<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        self.prepare(sql)?.first(table, params, read)
    }

    /// All rows of a query.
    pub(crate) fn all<T>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Stored<'_>) -> Result<T, StorageError>,
    ) -> Result<Vec<T>, StorageError> {
        let mut found = Vec::new();
        self.prepare(sql)?.append(&mut found, table, params, read)?;
        Ok(found)
    }

    fn counted<'tx>(&'tx self, statement: Held<'tx>) -> Prepared<'tx> {
        Prepared {
            statement,
            connection: self.connection,
            statements: &self.statements,
        }
    }
}

enum Held<'tx> {
    Cached(CachedStatement<'tx>),
    Once(Statement<'tx>),
}

impl<'tx> Held<'tx> {
    fn get(&mut self) -> &mut Statement<'tx> {
        match self {
            Self::Cached(statement) => statement,
            Self::Once(statement) => statement,
        }
    }
}

/// A statement that is ready to run.
pub(crate) struct Prepared<'tx> {
    statement: Held<'tx>,
    connection: &'tx Connection,
    statements: &'tx Cell<u64>,
}

impl Prepared<'_> {
    /// Runs it for what it changes; says how many rows.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize, StorageError> {
        self.count();
        self.statement.get().execute(params).map_err(meant)
    }

    /// Inserts a row and gives its number; `None` if it was there already.
    pub(crate) fn insert(&mut self, params: impl Params) -> Result<Option<i64>, StorageError> {
        let inserted = self.execute(params)?;
        Ok((inserted > 0).then(|| self.connection.last_insert_rowid()))
    }

    /// The first row.
    pub(crate) fn first<T>(
        &mut self,
        table: &'static str,
        params: impl Params,
        read: impl FnOnce(&Stored<'_>) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        self.count();
        let mut rows = self.statement.get().query(params).map_err(meant)?;
        let Some(row) = rows.next().map_err(meant)? else {
            return Ok(None);
        };
        read(&Stored::new(table, row)).map(Some)
    }

    /// All rows, behind those that are there already.
    pub(crate) fn append<T>(
        &mut self,
        found: &mut Vec<T>,
        table: &'static str,
        params: impl Params,
        mut read: impl FnMut(&Stored<'_>) -> Result<T, StorageError>,
    ) -> Result<(), StorageError> {
        self.each(table, params, |row| {
            found.push(read(row)?);
            Ok(true)
        })
    }

    /// Row by row, as long as `read` says so.
    pub(crate) fn each(
        &mut self,
        table: &'static str,
        params: impl Params,
        mut read: impl FnMut(&Stored<'_>) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError> {
        self.count();
        let mut rows = self.statement.get().query(params).map_err(meant)?;
        while let Some(row) = rows.next().map_err(meant)? {
            if !read(&Stored::new(table, row))? {
                break;
            }
        }
        Ok(())
    }

    fn count(&self) {
        self.statements.set(self.statements.get().saturating_add(1));
    }
}

/// Values for `IN rarray(?)`: one statement looks all of them up, which costs each a third of a statement
/// of its own.
pub(crate) fn list(values: impl Iterator<Item = Value>) -> Rc<Vec<Value>> {
    Rc::new(values.collect())
}

/// The same of ids.
pub(crate) fn list_of_ids(ids: impl Iterator<Item = Uuid>) -> Rc<Vec<Value>> {
    list(ids.map(|id| Value::Blob(id.as_bytes().to_vec())))
}

/// A number of rows as SQLite counts them.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Rows that were changed, as the contract counts them.
pub(crate) fn changed(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
