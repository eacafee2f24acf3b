//! The engine's end of a store.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_channel::Sender;
use switchboard_domain::NewEnvelope;
use tokio::sync::oneshot;

use crate::{
    AcceptQueue, Arrival, Asks, Caller, OneRead, QueueLimits, ReadQueue, ReadTx, ReadUnit,
    StorageError, Touches, Verdict, WriteQueue, WriteTx, WriteUnit,
};

/// Who else may be writing to the same database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// Nobody: the store holds the database for itself as long as it is open.
    ThisProcessAlone,
    /// Other nodes, at any time.
    ManyNodes,
}

/// The store's ends of its queues.
#[derive(Debug)]
pub struct Queues {
    /// Units that write.
    pub writes: WriteQueue,
    /// Envelopes that are to be kept.
    pub accepts: AcceptQueue,
    /// Units that read.
    pub reads: ReadQueue,
}

/// An open database. Cheap to clone; closes when the last clone is gone or [`Store::close`] is
/// called.
#[derive(Clone)]
pub struct Store {
    writes: Sender<Box<dyn WriteUnit>>,
    accepts: Sender<Arrival>,
    reads: Sender<Box<dyn ReadUnit>>,
    writers: Writers,
    threads: Arc<Threads>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("writers", &self.writers)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Makes the queues of a store, for a backend to start its threads on. What providers send has a queue of
    /// its own, with limits of its own, so that it is never behind what is done with it.
    pub fn new(limits: QueueLimits, accepts: QueueLimits, writers: Writers) -> (Self, Queues) {
        let (writes, write_queue) = WriteQueue::new("write", limits);
        let (accepts, accept_queue) = AcceptQueue::new("accept", accepts);
        let (reads, read_queue) = ReadQueue::new(limits);
        let threads = Arc::new(Threads::default());
        (
            Self {
                writes,
                accepts,
                reads,
                writers,
                threads,
            },
            Queues {
                writes: write_queue,
                accepts: accept_queue,
                reads: read_queue,
            },
        )
    }

    /// Tells the store of a thread that serves one of its queues, so that closing waits for it.
    pub fn served_by(&self, thread: std::thread::JoinHandle<()>) {
        self.threads.add(thread);
    }

    /// Who else may be writing to the same database.
    pub const fn writers(&self) -> Writers {
        self.writers
    }

    /// Runs a unit of work that writes. Returns when what it wrote is durable, or undone because it
    /// returned an error. `work` may run more than once, each time on a clean slate, so it does
    /// nothing but talk to `tx`.
    pub async fn write<T, E, F>(&self, touches: Touches, work: F) -> Result<T, E>
    where
        F: FnMut(&mut dyn WriteTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let unit = Box::new(Write {
            touches,
            work,
            result: None,
            answer,
        });
        sent(&self.writes, unit, answered).await
    }

    /// Stores an envelope. Returns when it is durable.
    pub async fn accept(&self, envelope: NewEnvelope) -> Result<(), StorageError> {
        let (answer, answered) = oneshot::channel();
        let caller = Caller(answer);
        sent(&self.accepts, Arrival { envelope, caller }, answered).await
    }

    /// Runs a unit of work that reads; all its reads see one state, which holds everything that was
    /// answered before the call.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.ask(Asks::Often, work).await
    }

    /// Like [`Store::read`] for a unit that asks one thing only, and cheaper where the database is
    /// behind a network: one round trip instead of three.
    pub async fn read_one<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(OneRead<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.ask(Asks::Once, |tx| work(OneRead::new(tx))).await
    }

    async fn ask<T, E, F>(&self, asks: Asks, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut dyn ReadTx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let unit = Box::new(Read { asks, work, answer });
        sent(&self.reads, unit, answered).await
    }

    /// Takes no more work, finishes what was accepted and lets go of the database. Blocks.
    pub fn close(&self) {
        self.accepts.close();
        self.writes.close();
        self.reads.close();
        self.threads.join();
    }
}

/// Puts something into a queue and waits for its answer.
async fn sent<U, T, E: From<StorageError>>(
    queue: &Sender<U>,
    unit: U,
    answered: oneshot::Receiver<Result<T, E>>,
) -> Result<T, E> {
    if queue.send(unit).await.is_err() {
        return Err(StorageError::Closed.into());
    }
    answered
        .await
        .unwrap_or_else(|_dropped| Err(StorageError::Closed.into()))
}

/// The threads that serve the queues.
#[derive(Default)]
struct Threads(std::sync::Mutex<Vec<std::thread::JoinHandle<()>>>);

impl Threads {
    fn add(&self, thread: std::thread::JoinHandle<()>) {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(thread);
    }

    fn join(&self) {
        let threads = std::mem::take(
            &mut *self
                .0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}

struct Write<T, E, F> {
    touches: Touches,
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> WriteUnit for Write<T, E, F>
where
    F: FnMut(&mut dyn WriteTx) -> Result<T, E> + Send,
    T: Send,
    E: From<StorageError> + Send,
{
    fn touches(&self) -> &Touches {
        &self.touches
    }

    fn run(&mut self, tx: &mut dyn WriteTx) -> Verdict {
        let work = &mut self.work;
        let result = guarded(|| work(tx));
        let verdict = if result.is_ok() {
            Verdict::Commit
        } else {
            Verdict::RollBack
        };
        self.result = Some(result);
        verdict
    }

    fn finish(self: Box<Self>, outcome: Result<(), StorageError>) {
        let result = match (outcome, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StorageError::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have gone away; the work stands all the same.
        drop(self.answer.send(result));
    }
}

struct Read<T, E, F> {
    asks: Asks,
    work: F,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> ReadUnit for Read<T, E, F>
where
    F: FnOnce(&mut dyn ReadTx) -> Result<T, E> + Send,
    T: Send,
    E: From<StorageError> + Send,
{
    fn asks(&self) -> Asks {
        self.asks
    }

    fn run(self: Box<Self>, tx: &mut dyn ReadTx) {
        let Self { work, answer, .. } = *self;
        let result = guarded(|| work(tx));
        drop(answer.send(result));
    }

    fn fail(self: Box<Self>, error: StorageError) {
        drop(self.answer.send(Err(error.into())));
    }
}

/// A unit that panics fails alone; the store's thread goes on.
fn guarded<T, E: From<StorageError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic: Box<dyn Any + Send>| {
        let said = panic
            .downcast_ref::<&str>()
            .map(|said| (*said).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        tracing::error!("a unit of work panicked: {said}");
        Err(StorageError::Panicked.into())
    })
}
