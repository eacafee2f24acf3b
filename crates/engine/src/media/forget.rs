//! Removing files that no message needs any more.

use std::collections::BTreeSet;

use switchboard_storage::StorageError;

use crate::Engine;

impl Engine {
    /// Removes those of the files that no message uses. To be called once the unit of work that erased
    /// the messages is committed.
    pub(crate) async fn forget_media(
        &self,
        keys: impl IntoIterator<Item = String>,
    ) -> Result<(), StorageError> {
        let keys: BTreeSet<String> = keys.into_iter().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let unused = self
            .0
            .store
            .read(move |tx| {
                let mut unused = Vec::new();
                for key in keys {
                    if !tx.is_media_used(&key)? {
                        unused.push(key);
                    }
                }
                Ok::<_, StorageError>(unused)
            })
            .await?;
        for key in unused {
            self.0
                .media
                .store
                .delete(&key)
                .await
                .map_err(StorageError::unavailable)?;
        }
        Ok(())
    }
}
