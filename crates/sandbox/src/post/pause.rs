//! How providers wait between two attempts.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How providers wait between two attempts to deliver a webhook. The default waits for real.
#[derive(Clone)]
pub struct Pause(Arc<dyn Fn(Duration) -> Waiting + Send + Sync>);

impl Pause {
    /// Waits by calling `wait`, which may move a clock and return at once.
    pub fn by<F, W>(wait: F) -> Self
    where
        F: Fn(Duration) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move |time| Box::pin(wait(time))))
    }

    /// Waits until [`Sandbox::retry_now`](crate::Sandbox::retry_now), however long that takes.
    pub fn until_told() -> Self {
        Self::by(|_time| std::future::pending())
    }

    pub(crate) async fn wait(&self, time: Duration) {
        (self.0)(time).await;
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::by(tokio::time::sleep)
    }
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pause")
    }
}
