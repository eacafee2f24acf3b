//! A writer that is kept busy, so that units pile up behind it and share a batch.

use std::sync::mpsc;

use switchboard_storage::{StorageError, Store, Touches, WriteTx};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) type Answer<T> = JoinHandle<Result<T, StorageError>>;

pub(crate) struct Held {
    store: Store,
    release: mpsc::Sender<()>,
    holding: Answer<()>,
}

impl Held {
    /// Returns when the writer of `store` is inside a unit that holds it.
    pub(crate) async fn writer_of(store: &Store) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let (begin, begun) = oneshot::channel();
        let mut begin = Some(begin);
        let holding = store.clone();
        let holding = tokio::spawn(async move {
            holding
                .write(Touches::nothing(), move |_tx| {
                    if let Some(begin) = begin.take() {
                        begin.send(()).unwrap();
                    }
                    // Nothing is ever sent: this ends when the sender is dropped.
                    released.recv().unwrap_err();
                    Ok(())
                })
                .await
        });
        begun.await.unwrap();
        Self {
            store: store.clone(),
            release,
            holding,
        }
    }

    /// Puts a unit into the queue. The runtime has one thread and runs the new task as soon as this
    /// one waits.
    pub(crate) async fn behind<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn WriteTx) -> Result<T, StorageError> + Send + 'static,
    ) -> Answer<T> {
        let store = self.store.clone();
        let answer = tokio::spawn(async move { store.write(Touches::nothing(), work).await });
        tokio::task::yield_now().await;
        answer
    }

    /// Lets the writer go on.
    pub(crate) async fn let_go(self) {
        drop(self.release);
        self.holding.await.unwrap().unwrap();
    }
}
