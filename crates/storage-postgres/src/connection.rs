//! A connection, with the statements it has prepared.

use std::collections::HashMap;

use metrics::counter;
use postgres::types::{ToSql, Type};
use postgres::{Client, Row, Statement};

use crate::address::Address;
use crate::refusal::Refusal;

/// What goes in for `$1`, `$2`, ….
pub(crate) type Parameters<'a> = [&'a (dyn ToSql + Sync)];

/// The same for a statement that is not prepared, with the type of each.
pub(crate) type TypedParameters<'a> = [(&'a (dyn ToSql + Sync), Type)];

/// What is answered is durable, whatever the database's default is. A node that stops in the middle
/// of a transaction (a suspended machine) loses it and its locks after a while, or all other nodes
/// would wait for it. Statements are planned once: a plan made while a table is nearly empty reads all
/// of it for each key, and is kept while the table grows. Every statement has an index to go by, and
/// joins by looking up row by row; none reads so much that several processes, or a plan that takes ten
/// milliseconds to compile, would be of use.
const SET_UP: &str = "
    SET idle_in_transaction_session_timeout = '10s';
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET max_parallel_workers_per_gather = 0;
    SET jit = off;
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'";

/// Takes the first number that no other session has, for as long as this one lasts. The first number of
/// the lock only tells these locks from others.
const TAKE_SLOT: &str = "
    SELECT slot::smallint
    FROM generate_series(1, 127) AS slot
    WHERE pg_try_advisory_lock(5321, slot)
    LIMIT 1";

/// One session on the server.
pub(crate) struct Connection {
    client: Client,
    statements: HashMap<&'static str, Statement>,
    slot: Option<i16>,
}

impl Connection {
    pub(crate) fn open(address: &Address) -> Result<Self, Refusal> {
        let mut client = address.connect()?;
        client.batch_execute(SET_UP)?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            slot: None,
        })
    }

    /// Runs a statement, prepared at its first use, and gives its rows.
    pub(crate) fn query(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, Refusal> {
        let statement = self.prepared(sql)?;
        counter!("switchboard_store_statements_total").increment(1);
        Ok(self.client.query(&statement, parameters)?)
    }

    /// Runs a statement, prepared at its first use, and says how many rows it changed.
    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<u64, Refusal> {
        let statement = self.prepared(sql)?;
        counter!("switchboard_store_statements_total").increment(1);
        Ok(self.client.execute(&statement, parameters)?)
    }

    /// Runs a statement that is planned for its values and not kept, and gives its rows. One round trip.
    pub(crate) fn query_anew(
        &mut self,
        sql: &str,
        parameters: &TypedParameters<'_>,
    ) -> Result<Vec<Row>, Refusal> {
        counter!("switchboard_store_statements_total").increment(1);
        Ok(self.client.query_typed(sql, parameters)?)
    }

    /// A number that no other session has, while fewer than 128 write; 0 for those beyond.
    pub(crate) fn slot(&mut self) -> Result<i16, Refusal> {
        if let Some(slot) = self.slot {
            return Ok(slot);
        }
        let rows = self.query(TAKE_SLOT, &[])?;
        let slot = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
        self.slot = Some(slot);
        Ok(slot)
    }

    /// Runs statements without parameters or rows, all in one round trip.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), Refusal> {
        counter!("switchboard_store_statements_total").increment(1);
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
