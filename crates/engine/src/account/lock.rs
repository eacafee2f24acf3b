//! Locks among the requests of this process, by name.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

/// Locks that exist as long as somebody holds or awaits them.
#[derive(Debug, Default)]
pub(crate) struct KeyedLocks(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// Locks that are held; dropping lets go of them.
#[derive(Debug)]
pub(crate) struct HeldLocks(
    #[expect(dead_code, reason = "held for their Drop")] Vec<OwnedMutexGuard<()>>,
);

impl KeyedLocks {
    /// Waits until all of `keys` are free and takes them. `keys` are sorted and unique, so that two
    /// takers never wait for each other.
    pub(crate) async fn hold(&self, keys: &[String]) -> HeldLocks {
        let mut guards = Vec::with_capacity(keys.len());
        for key in keys {
            let lock = {
                let mut locks = self.0.lock();
                locks.retain(|_, lock| Arc::strong_count(lock) > 1);
                Arc::clone(locks.entry(key.clone()).or_default())
            };
            guards.push(lock.lock_owned().await);
        }
        HeldLocks(guards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_held_key_waits_and_a_free_one_does_not() {
        let locks = KeyedLocks::default();
        let held = locks.hold(&["a".to_owned()]).await;

        let other = locks.hold(&["b".to_owned()]).await;
        let keys = ["a".to_owned()];
        let mut waiting = std::pin::pin!(locks.hold(&keys));
        let is_waiting = tokio::select! {
            biased;
            _ = &mut waiting => false,
            () = std::future::ready(()) => true,
        };
        assert!(is_waiting);
        drop(held);
        waiting.await;
        drop(other);
    }

    #[tokio::test]
    async fn locks_nobody_holds_are_forgotten() {
        let locks = KeyedLocks::default();
        for number in 0..100 {
            drop(locks.hold(&[number.to_string()]).await);
        }

        assert!(locks.0.lock().len() <= 1);
    }
}
