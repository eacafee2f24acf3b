//! One transaction that several units share, and what they see of it.
//!
//! Much of what units write ([`Writes`]) stays in memory until the end of the batch, so a unit that rolls
//! back has only to forget. What cannot wait, because its answer depends on the server, is sent at once:
//! a new job, which undoing deletes, or anything else behind a savepoint. The transaction begins with the
//! first thing that is sent: envelopes alone need none.

use std::collections::{BTreeSet, HashMap};

use postgres::Row;
use postgres::types::ToSql;
use switchboard_domain::{Channel, ChannelId, ConversationId, NewEvent, Sealed};
use switchboard_storage::{StorageError, Verdict};
use uuid::Uuid;

use crate::connection::{Connection, Given, Parameters, Part, TypedParameters};
use crate::fresh::Fresh;
use crate::known::Known;
use crate::refusal::Refusal;
use crate::snapshot::Ask;
use crate::writes::Writes;
use crate::{channels, envelopes, jobs};

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// One savepoint serves all units of a batch in turn, so that they do not pile up.
const MARK: &str = "SAVEPOINT unit";
const MARK_ANEW: &str = "RELEASE SAVEPOINT unit; SAVEPOINT unit";
const BACK_TO_MARK: &str = "ROLLBACK TO SAVEPOINT unit";

/// How a batch wants its transaction to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Commit,
    RollBack,
    /// Nothing is open: nothing was sent, or one statement that is a transaction by itself.
    Done,
}

/// What the server knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    Nothing,
    Transaction,
    /// From this or an earlier unit.
    Savepoint,
}

/// A running transaction.
pub(crate) struct Batch<'c> {
    connection: &'c mut Connection,
    /// Envelopes of a moment ago.
    pub(crate) fresh: &'c Fresh,
    begun: Begun,
    /// Channels as the server has them, locked by us; `None` where there is none.
    pub(crate) known: HashMap<ChannelId, Option<Channel>>,
    /// Conversations that are locked by us, those that do not exist included.
    pub(crate) conversations: HashMap<ConversationId, Known>,
    /// Written by units that have ended.
    pub(crate) pending: Writes,
    /// Written by the unit that runs.
    pub(crate) own: Writes,
    /// Set while the running unit has sent something that undoing must take back.
    pub(crate) mark: Option<Mark>,
    /// Jobs that the running unit has put before it had a savepoint.
    put_jobs: Vec<Uuid>,
    /// Channels that units asked for without saying so before: to be locked first, in order, should
    /// the batch be tried again.
    pub(crate) learned: &'c mut BTreeSet<ChannelId>,
    /// What ended the transaction.
    failed: Option<Refusal>,
    /// A single unit needs no savepoint: undoing it is undoing everything.
    alone: bool,
    end: End,
}

/// What has happened since the savepoint.
#[derive(Default)]
pub(crate) struct Mark {
    /// What earlier units wrote, sent after the savepoint and so undone with this unit.
    earlier: Writes,
    /// Channels whose locks or rows date from after the savepoint.
    pub(crate) touched: Vec<ChannelId>,
    /// The same of conversations.
    pub(crate) conversations: Vec<ConversationId>,
}

impl<'c> Batch<'c> {
    /// Begins a transaction for `units` units that start from the channels `touched`.
    pub(crate) fn begin(
        connection: &'c mut Connection,
        fresh: &'c Fresh,
        units: usize,
        touched: &BTreeSet<ChannelId>,
        learned: &'c mut BTreeSet<ChannelId>,
    ) -> Result<Self, Refusal> {
        let mut batch = Self {
            connection,
            fresh,
            begun: Begun::Nothing,
            conversations: HashMap::new(),
            known: HashMap::with_capacity(touched.len()),
            pending: Writes::default(),
            own: Writes::default(),
            mark: None,
            put_jobs: Vec::new(),
            learned,
            failed: None,
            alone: units == 1,
            end: End::Commit,
        };
        let touched: Vec<_> = touched.iter().copied().collect();
        batch.load(&touched)?;
        Ok(batch)
    }

    /// Keeps or forgets what the running unit wrote.
    pub(crate) fn end_unit(&mut self, verdict: Verdict) -> Result<(), Refusal> {
        // Whether the unit noticed or not: after an error the server keeps nothing of anybody.
        if let Some(refusal) = &self.failed {
            return Err(refusal.clone());
        }
        let own = std::mem::take(&mut self.own);
        let put_jobs = std::mem::take(&mut self.put_jobs);
        let mark = self.mark.take();
        match verdict {
            Verdict::Commit => {
                self.pending.absorb(own);
                Ok(())
            }
            Verdict::RollBack if self.alone => {
                self.end = End::RollBack;
                Ok(())
            }
            Verdict::RollBack => self.undo(mark, &put_jobs),
        }
    }

    /// Takes back what a unit has sent.
    fn undo(&mut self, mark: Option<Mark>, put_jobs: &[Uuid]) -> Result<(), Refusal> {
        if let Some(mark) = mark {
            self.server()?.run(BACK_TO_MARK)?;
            for id in mark.touched {
                self.known.remove(&id);
            }
            for id in mark.conversations {
                self.conversations.remove(&id);
            }
            let since = std::mem::replace(&mut self.pending, mark.earlier);
            self.pending.absorb(since);
        }
        if !put_jobs.is_empty() {
            jobs::take_back(self.server()?, put_jobs)?;
        }
        Ok(())
    }

    /// Sends what is left and says how the transaction has to end.
    pub(crate) fn end(mut self) -> Result<End, Refusal> {
        let pending = std::mem::take(&mut self.pending);
        if self.begun == Begun::Nothing && pending.is_empty_but_for_envelopes() {
            if self.end == End::Commit && !pending.is_empty() {
                envelopes::accept(self.connection, pending.envelopes, self.fresh)?;
            }
            return Ok(End::Done);
        }
        if self.end == End::Commit {
            self.tell(&pending)?;
            // A commit is asked for when everything before it is known to be good.
            self.connection.settle()?;
        }
        Ok(self.end)
    }

    /// The connection, inside of the transaction.
    pub(crate) fn server(&mut self) -> Result<&mut Connection, Refusal> {
        if self.begun == Begun::Nothing {
            self.connection.run(BEGIN)?;
            self.begun = Begun::Transaction;
        }
        Ok(self.connection)
    }

    /// The connection, for a question that changes nothing: should the server not begin a transaction, the
    /// question is answered outside of one.
    pub(crate) fn server_to_ask(&mut self) -> &mut Connection {
        if self.begun == Begun::Nothing {
            self.connection.run_with_next(BEGIN);
            self.begun = Begun::Transaction;
        }
        self.connection
    }

    /// Sends everything that was written so far, for a statement that has to see it.
    pub(crate) fn tell_everything(&mut self) -> Result<(), StorageError> {
        let earlier = std::mem::take(&mut self.pending);
        if self.own.is_empty() && self.mark.is_none() {
            let told = self.tell(&earlier);
            return Ok(self.noticed(told)?);
        }
        self.set_mark()?;
        if let Some(mark) = &mut self.mark {
            mark.earlier.absorb(earlier.clone());
        }
        let mut everything = earlier;
        everything.absorb(std::mem::take(&mut self.own));
        let told = self.tell(&everything);
        Ok(self.noticed(told)?)
    }

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

    /// A channel as the running unit must see it.
    pub(crate) fn latest_channel(
        &mut self,
        id: ChannelId,
    ) -> Result<Option<Channel>, StorageError> {
        if !self.known.contains_key(&id) {
            self.still_good()?;
            self.learned.insert(id);
            let loaded = self.load(&[id]);
            self.noticed(loaded)?;
        }
        let Some(stored) = self.known.get(&id) else {
            // It could not be read: reading it again says why.
            return self.first(channels::FIND, &[&id.as_uuid()], channels::read);
        };
        let Some(put) = self.untold_channel(id) else {
            return Ok(stored.clone());
        };
        let mut put = put.clone();
        if let Some(stored) = stored {
            put.created_at = stored.created_at;
        }
        Ok(Some(put))
    }

    /// What the server said, with what it was not told yet laid over it.
    pub(crate) fn overlaid(
        &mut self,
        stored: Vec<Channel>,
        wanted: impl Fn(&Channel) -> bool,
    ) -> Result<Vec<Channel>, StorageError> {
        let mut listed: Vec<_> = stored
            .into_iter()
            .filter(|channel| self.untold_channel(channel.id).is_none())
            .collect();
        let untold: BTreeSet<_> = self
            .pending
            .channels
            .keys()
            .chain(self.own.channels.keys())
            .copied()
            .collect();
        for id in untold {
            if self.untold_channel(id).is_some_and(&wanted) {
                listed.extend(self.latest_channel(id)?);
            }
        }
        Ok(listed)
    }

    pub(crate) fn remember_channel(&mut self, channel: &Channel) {
        let mut channel = channel.clone();
        if let Some(earlier) = self.untold_channel(channel.id) {
            channel.created_at = earlier.created_at;
        }
        self.own.channels.insert(channel.id, channel);
    }

    pub(crate) fn remember_credentials(&mut self, channel: ChannelId, sealed: Option<Sealed>) {
        self.own.credentials.insert(channel, sealed);
    }

    pub(crate) fn remember_event(&mut self, event: NewEvent) {
        self.own.events.push(event);
    }

    /// Credentials that the server was not told yet; `Some(None)` if they are to be erased.
    pub(crate) fn untold_credentials(&self, channel: ChannelId) -> Option<&Option<Sealed>> {
        let own = self.own.credentials.get(&channel);
        own.or_else(|| self.pending.credentials.get(&channel))
    }

    fn untold_channel(&self, id: ChannelId) -> Option<&Channel> {
        let own = self.own.channels.get(&id);
        own.or_else(|| self.pending.channels.get(&id))
    }

    /// Makes sure that the running unit can be undone by itself.
    fn set_mark(&mut self) -> Result<(), StorageError> {
        self.still_good()?;
        if self.alone || self.mark.is_some() {
            return Ok(());
        }
        let sql = if self.begun == Begun::Savepoint {
            MARK_ANEW
        } else {
            MARK
        };
        // In a transaction, what comes after a savepoint that failed fails as well.
        let server = self.server();
        let outcome = server.map(|server| server.run_with_next(sql));
        self.noticed(outcome)?;
        self.begun = Begun::Savepoint;
        self.mark = Some(Mark::default());
        Ok(())
    }

    fn execute(&mut self, sql: &'static str, parameters: &Parameters<'_>) -> Result<u64, Refusal> {
        self.server()?.execute(sql, parameters)
    }

    fn still_good(&self) -> Result<(), Refusal> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn noticed<T>(&mut self, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
        outcome.inspect_err(|refusal| self.failed = Some(refusal.clone()))
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
