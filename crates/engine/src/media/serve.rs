//! Handing files out.

use std::ops::Range;

use super::{MediaStoreError, Pieces, Signed, content_type};
use crate::Engine;

/// A file cannot be handed out.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The address was not made here, or is not good any more.
    #[error("the address is not signed by this hub, or has run out")]
    NotSigned,
    /// There is no such file any more.
    #[error("there is no such file")]
    Gone,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] MediaStoreError),
}

/// A file that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedFile {
    /// Its media type.
    pub content_type: &'static str,
    /// Its size in bytes.
    pub size: u64,
}

impl Engine {
    /// Checks the address of a file and looks the file up.
    pub async fn find_file(&self, key: &str, signed: &Signed) -> Result<ServedFile, FileError> {
        let media = &self.0.media;
        if !media.signer.is_good(key, signed, self.now()) {
            return Err(FileError::NotSigned);
        }
        let size = media.store.size(key).await?.ok_or(FileError::Gone)?;
        Ok(ServedFile {
            content_type: content_type::of_key(key),
            size,
        })
    }

    /// These bytes of a file that [`Engine::find_file`] has found.
    pub async fn read_file(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Pieces<MediaStoreError>, FileError> {
        let pieces = self.0.media.store.read(key, range).await?;
        pieces.ok_or(FileError::Gone)
    }
}
