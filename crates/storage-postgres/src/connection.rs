//! A connection, with the statements it has prepared.

use std::collections::HashMap;

use postgres::types::ToSql;
use postgres::{Client, Row, Statement};

use crate::address::Address;
use crate::refusal::Refusal;

/// What goes in for `$1`, `$2`, ….
pub(crate) type Parameters<'a> = [&'a (dyn ToSql + Sync)];

/// What is answered is durable, whatever the database's default is. A node that stops in the middle
/// of a transaction (a suspended machine) loses it and its locks after a while, or all other nodes
/// would wait for it. Statements are planned once: a plan made while a table is nearly empty reads all
/// of it for each key, and is kept while the table grows. Every statement has an index to go by.
const SET_UP: &str = "
    SET idle_in_transaction_session_timeout = '10s';
    SET enable_seqscan = off;
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

/// One session on the server.
pub(crate) struct Connection {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Connection {
    pub(crate) fn open(address: &Address) -> Result<Self, Refusal> {
        let mut client = address.connect()?;
        client.batch_execute(SET_UP)?;
        Ok(Self {
            client,
            statements: HashMap::new(),
        })
    }

    /// Runs a statement, prepared at its first use, and gives its rows.
    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, Refusal> {
        let statement = self.prepared(sql)?;
        Ok(self.client.query(&statement, parameters)?)
    }

    /// Runs a statement, prepared at its first use, and says how many rows it changed.
    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<u64, Refusal> {
        let statement = self.prepared(sql)?;
        Ok(self.client.execute(&statement, parameters)?)
    }

    /// Runs statements without parameters or rows, all in one round trip.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), Refusal> {
        Ok(self.client.batch_execute(sql)?)
    }

    /// The client itself, for what is not part of a unit of work.
    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    fn prepared(&mut self, sql: &'static str) -> Result<Statement, Refusal> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}
