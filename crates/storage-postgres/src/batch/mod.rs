//! One transaction that several units share, and what they see of it.
//!
//! Much of what units write ([`Writes`]) stays in memory until the end of the batch, so a unit that rolls
//! back has only to forget. What cannot wait, because its answer depends on the server, is sent at once:
//! a new job, which undoing deletes, or anything else behind a savepoint. The transaction begins with the
//! first thing that is sent: envelopes alone need none.

mod seen;
mod statements;

use std::collections::{BTreeSet, HashMap};

use switchboard_domain::{Channel, ChannelId, ConversationId};
use switchboard_storage::{StorageError, Verdict};
use uuid::Uuid;

use crate::connection::Connection;
use crate::fresh::Fresh;
use crate::known::Known;
use crate::refusal::Refusal;
use crate::writes::Writes;
use crate::{envelopes, jobs};

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

    fn still_good(&self) -> Result<(), Refusal> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn noticed<T>(&mut self, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
        outcome.inspect_err(|refusal| self.failed = Some(refusal.clone()))
    }
}
