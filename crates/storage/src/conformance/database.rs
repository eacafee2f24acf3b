//! One database for one rule, and how rules talk to it.

use std::future::poll_fn;
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};

use crate::{ReadTx, StorageError, Store, Touches, WriteTx};

/// How long a rule may take before its store counts as stuck. Never waited for by a rule that
/// passes or fails.
const STUCK: Duration = Duration::from_mins(2);

/// Makes an empty database, tries one rule on it, and closes it.
///
/// The database is made, closed and dropped outside of the async runtime, so clients that block are
/// welcome in it.
pub fn run(fresh: fn() -> Database, rule: impl AsyncFnOnce(&Database)) {
    let database = fresh();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::time::timeout(STUCK, rule(&database))
            .await
            .unwrap_or_else(|_elapsed| {
                unreachable!("the store has not answered for {STUCK:?}");
            });
    });
    drop(runtime);
    for node in &database.nodes {
        node.close();
    }
}

/// An empty database that nobody else uses, with the nodes that have it open.
pub struct Database {
    nodes: Vec<Store>,
    open: Arc<dyn Fn() -> Store + Send + Sync>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("nodes", &self.nodes)
            .finish_non_exhaustive()
    }
}

impl Database {
    /// A database that `open` opens: at once as often as there shall be `nodes`, later again after
    /// all of them are closed. What has to outlive the stores (a folder, a schema to be dropped)
    /// belongs in the closure; it is dropped last.
    pub fn opened_by(nodes: usize, open: impl Fn() -> Store + Send + Sync + 'static) -> Self {
        assert!(nodes > 0, "a database is opened by at least one node");
        Self {
            nodes: (0..nodes).map(|_node| open()).collect(),
            open: Arc::new(open),
        }
    }

    /// The store of the first node.
    pub(super) fn store(&self) -> &Store {
        self.node(0)
    }

    /// The store of a node; numbers past the last start again at the first.
    pub(super) fn node(&self, number: usize) -> &Store {
        self.nodes.iter().cycle().nth(number).unwrap()
    }

    /// The store of the node that a unit of that number is sent to.
    pub(super) fn node_of(&self, unit: u32) -> &Store {
        self.node(usize::try_from(unit).unwrap())
    }

    /// Closes every node and opens the database again.
    pub(super) async fn reopened(&self) -> Store {
        let nodes = self.nodes.clone();
        let open = Arc::clone(&self.open);
        spawn_blocking(move || {
            for node in &nodes {
                node.close();
            }
            open()
        })
        .await
        .unwrap()
    }

    /// Writes on the first node; the unit is expected to succeed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn WriteTx) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.store().write(Touches::nothing(), work).await.unwrap()
    }

    /// Reads on the first node; the unit is expected to succeed.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn ReadTx) -> Result<T, StorageError> + Send + 'static,
    ) -> T {
        self.store().read(work).await.unwrap()
    }
}

/// Why a unit of a rule did not happen.
#[derive(Debug)]
pub(super) enum Failed {
    /// The unit wanted it so.
    OnPurpose,
    /// The store said so.
    Storage(StorageError),
}

impl From<StorageError> for Failed {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Closes a store that a rule has opened.
pub(super) async fn close(store: Store) {
    spawn_blocking(move || store.close()).await.unwrap();
}

/// The answers of tasks, in the order of the tasks. All are started before the first is waited for.
pub(super) async fn answers<T>(tasks: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().collect();
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// Hands a unit of work to its store now, and waits for the answer in the background: when this
/// returns, the unit is in the queue.
pub(super) async fn accepted<F>(unit: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    let mut unit = Box::pin(unit);
    let at_once = poll_fn(|context| Poll::Ready(unit.as_mut().poll(context))).await;
    tokio::spawn(async move {
        match at_once {
            Poll::Ready(answer) => answer,
            Poll::Pending => unit.await,
        }
    })
}

/// Keeps a thread that writes busy, so that units pile up behind it and share a batch.
pub(super) struct Held {
    release: mpsc::Sender<()>,
    unit: JoinHandle<Result<(), StorageError>>,
}

impl Held {
    /// Returns when the thread is inside the unit that holds it.
    pub(super) async fn by_a_unit_on(store: &Store) -> Self {
        let (release, released) = mpsc::channel();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let mut begin = Some(begin);
        let store = store.clone();
        let unit = tokio::spawn(async move {
            store
                .write(Touches::nothing(), move |_tx| {
                    begin.take().map(|begin| begin.send(()));
                    // No answer means that nobody holds the thread any more: let go, or run again.
                    released.recv().unwrap_or_default();
                    Ok(())
                })
                .await
        });
        begun.await.unwrap();
        Self { release, unit }
    }

    /// Lets the thread go on.
    pub(super) async fn let_go(self) {
        drop(self.release);
        self.unit.await.unwrap().unwrap();
    }
}
