//! Statements that the running unit has to have answered, or sent, before it goes on.

use postgres::Row;
use postgres::types::ToSql;
use switchboard_storage::StorageError;
use uuid::Uuid;

use super::Batch;
use crate::connection::{Given, Parameters, Part, TypedParameters};
use crate::refusal::Refusal;
use crate::snapshot::Ask;

impl Batch<'_> {
    /// Puts a job of the running unit, and says whether there was none of its key. Needs no savepoint,
    /// because deleting the row leaves nothing of it: connecting a channel puts one, so most units do.
    pub(crate) fn put_new_job(
        &mut self,
        id: Uuid,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<bool, StorageError> {
        self.still_good()?;
        let outcome = self.execute(sql, parameters);
        let is_new = self.noticed(outcome)? == 1;
        if is_new && self.mark.is_none() {
            self.put_jobs.push(id);
        }
        Ok(is_new)
    }

    /// Runs a statement of the running unit that changes something, and says how many rows.
    pub(crate) fn change(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<u64, StorageError> {
        self.set_mark()?;
        let outcome = self.execute(sql, parameters);
        Ok(self.noticed(outcome)?)
    }

    /// Sends a statement of the running unit that changes something, without waiting until it has: if it fails,
    /// so does what the unit does next.
    pub(crate) fn change_meanwhile(
        &mut self,
        sql: &'static str,
        given: Given,
    ) -> Result<(), StorageError> {
        if !self.alone {
            // Before this unit ends it has to be known whether the next one has a transaction.
            let given: Vec<&(dyn ToSql + Sync)> = given
                .iter()
                .map(|one| -> &(dyn ToSql + Sync) { &**one })
                .collect();
            self.change(sql, &given)?;
            return Ok(());
        }
        self.set_mark()?;
        let outcome = self.server().and_then(|server| server.send(sql, given));
        Ok(self.noticed(outcome)?)
    }

    /// Runs a statement of the running unit that changes something once for each part, and gives all rows.
    pub(crate) fn change_in_parts<P: Part>(
        &mut self,
        sql: &'static str,
        parts: impl Iterator<Item = P>,
    ) -> Result<Vec<Row>, StorageError> {
        self.set_mark()?;
        let outcome = self
            .server()
            .and_then(|server| server.query_in_parts(sql, parts));
        Ok(self.noticed(outcome)?)
    }

    /// Runs a statement of the running unit that changes something, and gives the rows.
    pub(crate) fn change_and_return(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, StorageError> {
        self.set_mark()?;
        self.ask(sql, parameters)
    }

    fn execute(&mut self, sql: &'static str, parameters: &Parameters<'_>) -> Result<u64, Refusal> {
        self.server()?.execute(sql, parameters)
    }
}

impl Ask for Batch<'_> {
    fn ask(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, StorageError> {
        self.still_good()?;
        let outcome = self
            .server()
            .and_then(|server| server.query(sql, parameters));
        Ok(self.noticed(outcome)?)
    }

    fn ask_anew(
        &mut self,
        sql: &str,
        parameters: &TypedParameters<'_>,
    ) -> Result<Vec<Row>, StorageError> {
        self.still_good()?;
        let outcome = self
            .server()
            .and_then(|server| server.query_anew(sql, parameters));
        Ok(self.noticed(outcome)?)
    }
}
