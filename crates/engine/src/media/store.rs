//! Where files lie, as the engine sees it.

use std::fmt;
use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// A file, piece by piece.
pub type Pieces<E> = BoxStream<'static, Result<Bytes, E>>;

/// The media store does not do what it is asked to.
#[derive(Debug, thiserror::Error)]
#[error("the media store is unavailable: {0}")]
pub struct MediaStoreError(#[from] Box<dyn std::error::Error + Send + Sync>);

impl MediaStoreError {
    /// An error with what the store says.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// Keeps files under keys. A key is a name without folders; what lies under one never changes.
#[async_trait]
pub trait MediaStore: Send + Sync + fmt::Debug {
    /// Begins a file that nobody sees yet.
    async fn begin(&self) -> Result<Box<dyn FileDraft>, MediaStoreError>;

    /// The size of a file; `None` if there is none under that key.
    async fn size(&self, key: &str) -> Result<Option<u64>, MediaStoreError>;

    /// These bytes of a file; `None` if there is none under that key.
    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<Pieces<MediaStoreError>>, MediaStoreError>;

    /// Removes a file, if there is one.
    async fn delete(&self, key: &str) -> Result<(), MediaStoreError>;
}

/// A file that is being written. Dropping it leaves nothing behind.
#[async_trait]
pub trait FileDraft: Send {
    /// Adds to the end. Holds back the writer when the store is slower.
    async fn write(&mut self, piece: Bytes) -> Result<(), MediaStoreError>;

    /// Makes it visible under `key`, whole and durable. A file that lies there already is the same
    /// one and stays.
    async fn keep(self: Box<Self>, key: &str) -> Result<(), MediaStoreError>;
}
