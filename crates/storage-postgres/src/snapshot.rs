//! What a unit that reads sees: one state of the database.

use std::time::Instant;

use postgres::Row;
use switchboard_domain::{Envelope, EnvelopeId};
use switchboard_storage::{Asks, StorageError};

use crate::connection::{Connection, Parameters, Question, TypedParameters};
use crate::reader::Reader;
use crate::refusal::{Meaning, Refusal};

/// One state for all statements, and a server that would refuse to change it.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const END: &str = "COMMIT";

/// Somebody who answers statements.
pub(crate) trait Ask {
    /// Runs a statement that reads and gives its rows.
    fn ask(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, StorageError>;

    /// Runs a statement that reads, is planned for its values and not kept, and gives its rows.
    fn ask_anew(
        &mut self,
        sql: &str,
        parameters: &TypedParameters<'_>,
    ) -> Result<Vec<Row>, StorageError>;

    /// Runs a statement that reads and gives its first row, read by `read`.
    fn first<T>(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
        read: impl FnOnce(&Row) -> Result<T, StorageError>,
    ) -> Result<Option<T>, StorageError> {
        self.ask(sql, parameters)?.first().map(read).transpose()
    }
}

/// How far a unit has come.
#[derive(Debug)]
enum Progress {
    /// It has asked for nothing yet.
    Unasked,
    /// It is inside of a transaction.
    Begun,
    /// A statement has failed, and with it all that follow.
    Failed(Refusal),
}

/// One unit's view.
pub(crate) struct Snapshot<'r> {
    reader: &'r mut Reader,
    asks: Asks,
    progress: Progress,
}

impl<'r> Snapshot<'r> {
    pub(crate) fn new(reader: &'r mut Reader, asks: Asks) -> Self {
        Self {
            reader,
            asks,
            progress: Progress::Unasked,
        }
    }

    /// Envelopes after `id` that the server need not be asked for. To who asks for more than that, they are
    /// not of the state that it sees.
    pub(crate) fn fresh(&self, id: EnvelopeId, envelopes: usize, bytes: u64) -> Vec<Envelope> {
        match self.asks {
            Asks::Once => self
                .reader
                .fresh()
                .after(id, envelopes, bytes, Instant::now()),
            Asks::Often => Vec::new(),
        }
    }

    /// Lets go of the state. The caller has its answer already.
    pub(crate) fn end(self) {
        match self.progress {
            Progress::Unasked => {}
            Progress::Failed(refusal) if refusal.meaning == Meaning::Lost => self.reader.forget(),
            // After an error this rolls back, which is the same to who has only read.
            Progress::Begun | Progress::Failed(_) => self.reader.tidy_up(END),
        }
    }

    /// The first statement. Nothing was seen before it, so it may be tried again on a connection
    /// that is not stale.
    fn begin<T>(&mut self, query: Query<'_, T>) -> Result<T, Refusal> {
        let stale = self.reader.is_connected();
        match self.try_begin(query) {
            Err(refusal) if stale && refusal.meaning == Meaning::Lost => {
                self.reader.forget();
                self.try_begin(query)
            }
            outcome => outcome,
        }
    }

    fn try_begin<T>(&mut self, query: Query<'_, T>) -> Result<T, Refusal> {
        let connection = self.reader.connected()?;
        match self.asks {
            // A statement by itself sees one state anyway.
            Asks::Once => query(connection),
            Asks::Often => {
                connection.run_with_next(BEGIN);
                self.progress = Progress::Begun;
                query(connection)
            }
        }
    }

    /// Runs statements that do not wait for one another, in one round trip, and gives the rows of each.
    pub(crate) fn ask_all<const N: usize>(
        &mut self,
        questions: [Question<'_>; N],
    ) -> Result<[Vec<Row>; N], StorageError> {
        let mut answers = self
            .answer(&|connection| connection.query_all(&questions))?
            .into_iter();
        Ok(std::array::from_fn(|_one_each| {
            answers.next().unwrap_or_default()
        }))
    }

    fn answer<T>(&mut self, query: Query<'_, T>) -> Result<T, StorageError> {
        let outcome = match &self.progress {
            Progress::Unasked => self.begin(query),
            Progress::Begun => self.reader.connected().and_then(query),
            Progress::Failed(refusal) => Err(refusal.clone()),
        };
        outcome.map_err(|refusal| {
            self.progress = Progress::Failed(refusal.clone());
            refusal.into()
        })
    }
}

/// A statement with its parameters, or several.
type Query<'q, T> = &'q dyn Fn(&mut Connection) -> Result<T, Refusal>;

impl Ask for Snapshot<'_> {
    fn ask(
        &mut self,
        sql: &'static str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, StorageError> {
        self.answer(&|connection| connection.query(sql, parameters))
    }

    fn ask_anew(
        &mut self,
        sql: &str,
        parameters: &TypedParameters<'_>,
    ) -> Result<Vec<Row>, StorageError> {
        self.answer(&|connection| connection.query_anew(sql, parameters))
    }
}
