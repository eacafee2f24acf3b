//! Files that users and visitors hand in.

use bytes::Bytes;

use super::MediaStoreError;
use super::content_type;
use super::intake::{Intake, IntakeError, What};
use crate::Engine;

/// A file cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is larger than this many bytes.
    #[error("the file is larger than {0} bytes, which is the limit")]
    TooLarge(u64),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] MediaStoreError),
}

impl From<IntakeError> for UploadError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::TooLarge(limit) => Self::TooLarge(limit),
            IntakeError::Store(error) => Self::Store(error),
        }
    }
}

/// A file that is being handed in. Dropping it leaves nothing behind.
pub struct Upload {
    engine: Engine,
    intake: Intake,
    ending: Option<String>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").finish_non_exhaustive()
    }
}

impl Engine {
    /// Begins to take in a file of that name.
    pub async fn begin_upload(&self, name: &str) -> Result<Upload, UploadError> {
        let media = &self.0.media;
        Ok(Upload {
            intake: Intake::begin(&*media.store, media.max_bytes).await?,
            engine: self.clone(),
            ending: content_type::ending_of_name(name),
        })
    }
}

impl Upload {
    /// Takes the next piece.
    pub async fn take(&mut self, piece: Bytes) -> Result<(), UploadError> {
        Ok(self.intake.take(piece).await?)
    }

    /// Keeps the file. Returns its address, which nobody can guess and which is good for ever: a
    /// provider fetches the file when it likes.
    pub async fn keep(self) -> Result<String, UploadError> {
        let Self {
            engine,
            intake,
            ending,
        } = self;
        let kept = intake.keep(What::Upload { ending }).await?;
        metrics::counter!("switchboard_media_uploads_total").increment(1);
        Ok(engine.0.media.signer.for_ever(&kept.key))
    }
}
