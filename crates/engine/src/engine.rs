//! The engine: what every use case works with.

use std::sync::Arc;
use std::time::Duration;

use switchboard_connector::{Connector, Pause, ProviderAccess, ProviderContext};
use switchboard_domain::{Chance, Clock, NodeId, Source, Timestamp};
use switchboard_storage::{StorageError, Store, Touches};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::account::KeyedLocks;
use crate::channels::Directory;
use crate::due::Passes;
use crate::fail_point::FailPoints;
use crate::ingest::Arrivals;
use crate::media::{Media, MediaParts};
use crate::retention::Retention;
use crate::tokens::Tokens;
use crate::vault::Vault;

/// Longest time one request of ours may spend on providers' calls.
pub(crate) const REQUEST_BUDGET: Duration = Duration::from_secs(30);

/// What an engine is made of.
#[derive(Debug)]
pub struct EngineParts {
    /// The database.
    pub store: Store,
    /// Every source, in the order a list shows them.
    pub connectors: &'static [&'static dyn Connector],
    /// The way to providers.
    pub providers: ProviderAccess,
    /// Seals credentials.
    pub vault: Vault,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Waiting.
    pub pause: Arc<dyn Pause>,
    /// What has to be known of files.
    pub media: MediaParts,
    /// How long things are kept.
    pub retention: Retention,
    /// What happens at the places where a test can make the hub die.
    pub fail_points: FailPoints,
}

/// The use cases of the hub. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) connectors: &'static [&'static dyn Connector],
    pub(crate) providers: ProviderAccess,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) pause: Arc<dyn Pause>,
    pub(crate) directory: Directory,
    pub(crate) locks: KeyedLocks,
    pub(crate) work_waits: Notify,
    pub(crate) envelopes_wait: Notify,
    /// Told to all who wait whenever this node has applied some.
    pub(crate) envelopes_applied: Notify,
    pub(crate) arrivals: Arrivals,
    pub(crate) media: Arc<Media>,
    pub(crate) passes: Passes,
    pub(crate) retention: Retention,
    pub(crate) fail_points: FailPoints,
    pub(crate) tokens: Tokens,
    /// This process, among those that share the store.
    pub(crate) node: NodeId,
    /// Use cases that go on although their caller has gone away.
    pub(crate) tasks: TaskTracker,
}

impl Engine {
    /// Puts an engine together.
    pub fn new(parts: EngineParts) -> Self {
        let EngineParts {
            store,
            connectors,
            providers,
            vault,
            clock,
            chance,
            pause,
            media,
            retention,
            fail_points,
        } = parts;
        let node = NodeId::from_uuid(chance.uuid());
        let tokens = Tokens::new(&vault);
        let media = Arc::new(Media::new(media, &vault));
        let directory = Directory::new(store.clone());
        Self(Arc::new(Inner {
            store,
            connectors,
            providers,
            vault,
            clock,
            chance,
            pause,
            directory,
            locks: KeyedLocks::default(),
            work_waits: Notify::new(),
            envelopes_wait: Notify::new(),
            envelopes_applied: Notify::new(),
            arrivals: Arrivals::default(),
            media,
            passes: Passes::default(),
            retention,
            fail_points,
            tokens,
            node,
            tasks: TaskTracker::new(),
        }))
    }

    /// Every source, in the order a list shows them.
    pub fn connectors(&self) -> &'static [&'static dyn Connector] {
        self.0.connectors
    }

    /// Whether the store takes, keeps and reads right now.
    pub async fn check_health(&self) -> Result<(), StorageError> {
        self.0
            .store
            .write(Touches::nothing(), |tx| tx.prove_writable())
            .await?;
        self.0
            .store
            .read(|tx| tx.channels_revision())
            .await
            .map(|_revision| ())
    }

    /// Waits for the use cases that are under way. New ones are not begun by then.
    pub async fn finish(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    pub(crate) fn connector(&self, source: &Source) -> Option<&'static dyn Connector> {
        self.0
            .connectors
            .iter()
            .copied()
            .find(|connector| connector.source() == *source)
    }

    pub(crate) fn context(&self, connector: &dyn Connector) -> ProviderContext {
        self.0
            .providers
            .context(connector, Instant::now() + REQUEST_BUDGET)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Runs a use case to its end even if whoever asked for it stops waiting: what has begun on a
    /// provider's side is never abandoned half-way.
    pub(crate) async fn to_the_end<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let task = self.0.tasks.spawn(work);
        match task.await {
            Ok(result) => result,
            Err(failure) => {
                tracing::error!("a use case ended early: {failure}");
                Err(StorageError::Panicked.into())
            }
        }
    }
}
