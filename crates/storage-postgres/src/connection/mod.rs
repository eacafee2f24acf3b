//! A connection, with the statements it has prepared.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use futures_util::future::{FutureExt as _, try_join, try_join_all};
use futures_util::stream::{FuturesOrdered, StreamExt as _};
use metrics::counter;
use postgres::types::{ToSql, Type};
use postgres::{Row, Statement};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinHandle, yield_now};
use tokio_postgres::Client;

use crate::address::Address;
use crate::refusal::Refusal;

/// What goes in for `$1`, `$2`, ….
pub(crate) type Parameters<'a> = [&'a (dyn ToSql + Sync)];

/// The same for a statement that is not prepared, with the type of each.
pub(crate) type TypedParameters<'a> = [(&'a (dyn ToSql + Sync), Type)];

/// What goes in for `$1`, `$2`, … of a statement that nobody waits for: it has to stay until it is sent.
pub(crate) type Given = Vec<Box<dyn ToSql + Sync + Send>>;

/// A statement, and what goes into it.
pub(crate) type Question<'a> = (&'static str, &'a Parameters<'a>);

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

/// A part of what a statement is given.
pub(crate) trait Part {
    /// Its columns, in the order in which the statement names them.
    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)>;
}

/// One session on the server. Whoever asks waits for the answer; what needs no answer by itself goes along
/// with the next question, in one round trip.
pub(crate) struct Connection {
    client: Arc<Client>,
    statements: HashMap<&'static str, Statement>,
    slot: Option<i16>,
    /// What goes along with the next question.
    ahead: Vec<&'static str>,
    /// What was sent and not waited for.
    sent: Vec<JoinHandle<Result<u64, postgres::Error>>>,
    /// Serves the connection while somebody waits. Goes last.
    runtime: Runtime,
}

impl Connection {
    pub(crate) fn open(address: &Address) -> Result<Self, Refusal> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(async {
            let (client, session) = address.session().await?;
            tokio::spawn(session);
            client.batch_execute(SET_UP).await?;
            Ok::<_, postgres::Error>(client)
        })?;
        Ok(Self {
            client: Arc::new(client),
            statements: HashMap::new(),
            slot: None,
            ahead: Vec::new(),
            sent: Vec::new(),
            runtime,
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
        let client = Arc::clone(&self.client);
        self.answered(client.query(&statement, parameters))
    }

    /// Runs statements that do not need each other's answers in their order, prepared at their first use, and
    /// gives their rows. One round trip.
    pub(crate) fn query_all(
        &mut self,
        questions: &[Question<'_>],
    ) -> Result<Vec<Vec<Row>>, Refusal> {
        let mut prepared = Vec::with_capacity(questions.len());
        for (sql, parameters) in questions {
            counter!("switchboard_store_statements_total").increment(1);
            prepared.push((self.prepared(sql)?, *parameters));
        }
        let client = Arc::clone(&self.client);
        // They are polled, and so sent, in their order.
        self.answered(try_join_all(
            prepared
                .iter()
                .map(|(statement, parameters)| client.query(statement, parameters)),
        ))
    }

    /// Runs a statement, prepared at its first use, and says how many rows it changed.
    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<u64, Refusal> {
        let statement = self.prepared(sql)?;
        counter!("switchboard_store_statements_total").increment(1);
        let client = Arc::clone(&self.client);
        self.answered(client.execute(&statement, parameters))
    }

    /// Runs a statement that is planned for its values and not kept, and gives its rows. One round trip.
    pub(crate) fn query_anew(
        &mut self,
        sql: &str,
        parameters: &TypedParameters<'_>,
    ) -> Result<Vec<Row>, Refusal> {
        counter!("switchboard_store_statements_total").increment(1);
        let client = Arc::clone(&self.client);
        self.answered(client.query_typed(sql, parameters))
    }

    /// Asks the same about one part after the other, each sent while the server is busy with the one before,
    /// and gives all rows.
    pub(crate) fn query_in_parts<P: Part>(
        &mut self,
        sql: &'static str,
        parts: impl Iterator<Item = P>,
    ) -> Result<Vec<Row>, Refusal> {
        let statement = self.prepared(sql)?;
        let client = Arc::clone(&self.client);
        self.answered(async {
            let (mut waiting, mut rows) = (FuturesOrdered::new(), Vec::new());
            for part in parts {
                counter!("switchboard_store_statements_total").increment(1);
                let (client, statement) = (&client, &statement);
                waiting.push_back(async move { client.query(statement, &part.parameters()).await });
                // Sent when it is polled, and on its way when the session has had its turn.
                if let Some(Some(answer)) = waiting.next().now_or_never() {
                    rows.extend(answer?);
                }
                yield_now().await;
            }
            while let Some(answer) = waiting.next().await {
                rows.extend(answer?);
            }
            Ok(rows)
        })
    }

    /// Sends a statement, prepared at its first use, without waiting for what it says: the server works while
    /// the caller goes on. If it fails, so does whatever comes next, and for its reason.
    pub(crate) fn send(&mut self, sql: &'static str, given: Given) -> Result<(), Refusal> {
        let statement = self.prepared(sql)?;
        counter!("switchboard_store_statements_total").increment(1);
        let ahead = std::mem::take(&mut self.ahead);
        let client = Arc::clone(&self.client);
        self.sent.push(self.runtime.spawn(async move {
            let answer = client.execute_raw(&statement, given);
            with(&client, &ahead, answer).await
        }));
        // It is polled in the first turn, and the session, which then has something to write, in the second.
        self.runtime.block_on(async {
            yield_now().await;
            yield_now().await;
        });
        Ok(())
    }

    /// Waits for what was sent.
    pub(crate) fn settle(&mut self) -> Result<(), Refusal> {
        let mut outcome = Ok(());
        for sent in std::mem::take(&mut self.sent) {
            let answer = match self.runtime.block_on(sent) {
                Ok(answer) => answer.map(drop).map_err(Refusal::from),
                Err(panicked) => Err(io::Error::other(panicked).into()),
            };
            outcome = outcome.and(answer);
        }
        outcome
    }

    /// Waits for an answer, for which what goes ahead is sent first.
    fn answered<T>(
        &mut self,
        answer: impl Future<Output = Result<T, postgres::Error>>,
    ) -> Result<T, Refusal> {
        let ahead = std::mem::take(&mut self.ahead);
        let answer = self.runtime.block_on(with(&self.client, &ahead, answer));
        self.told(answer)
    }

    /// What was answered, unless something sent before has failed: that is then what went wrong.
    fn told<T>(&mut self, answer: Result<T, postgres::Error>) -> Result<T, Refusal> {
        self.settle()?;
        Ok(answer?)
    }

    /// Undoes the transaction, whatever has become of what was sent in it.
    pub(crate) fn roll_back(&mut self) -> Result<(), Refusal> {
        self.sent.clear();
        self.ahead.clear();
        self.run("ROLLBACK")
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
        let client = Arc::clone(&self.client);
        self.answered(client.batch_execute(sql))
    }

    /// Runs a statement right before the next one, and in its round trip. If it fails, so does the next one.
    pub(crate) fn run_with_next(&mut self, sql: &'static str) {
        self.ahead.push(sql);
    }

    fn prepared(&mut self, sql: &'static str) -> Result<Statement, Refusal> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(sql));
        let statement = self.told(statement)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

/// Sends what goes ahead and then what waits for an answer, without waiting in between.
async fn with<T>(
    client: &Client,
    ahead: &[&str],
    answer: impl Future<Output = Result<T, postgres::Error>>,
) -> Result<T, postgres::Error> {
    if ahead.is_empty() {
        return answer.await;
    }
    counter!("switchboard_store_statements_total").increment(1);
    let ahead = ahead.join("; ");
    // The first is polled first, and sends when it is polled.
    let ((), answer) = try_join(client.batch_execute(&ahead), answer).await?;
    Ok(answer)
}

#[cfg(test)]
mod tests;
