//! Writing a file: small ones at once, large ones in parts under a name of their own.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload};
use switchboard_engine::media::{FileDraft, MediaStoreError};

use crate::store::{found, path_of};

/// A file that is being written. Holds one part in memory, and while that is being sent, what arrives is
/// held back.
pub(crate) struct Draft {
    objects: Arc<dyn ObjectStore>,
    incoming: Path,
    part: usize,
    held: BytesMut,
    /// Once the file is larger than a part.
    upload: Option<Box<dyn MultipartUpload>>,
}

impl Draft {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>, incoming: Path, part: usize) -> Self {
        Self {
            objects,
            incoming,
            part,
            held: BytesMut::new(),
            upload: None,
        }
    }

    /// Sends the next part.
    async fn send(&mut self, part: Bytes) -> Result<(), MediaStoreError> {
        let upload = match &mut self.upload {
            Some(upload) => upload,
            none => {
                let begun = self.objects.put_multipart(&self.incoming).await;
                none.insert(begun.map_err(MediaStoreError::new)?)
            }
        };
        upload
            .put_part(PutPayload::from(part))
            .await
            .map_err(MediaStoreError::new)
    }
}

#[async_trait]
impl FileDraft for Draft {
    async fn write(&mut self, mut piece: Bytes) -> Result<(), MediaStoreError> {
        while !piece.is_empty() {
            let room = self.part - self.held.len();
            let taken = piece.split_to(room.min(piece.len()));
            self.held.extend_from_slice(&taken);
            if self.held.len() == self.part && !piece.is_empty() {
                let part = self.held.split().freeze();
                self.send(part).await?;
            }
        }
        Ok(())
    }

    async fn keep(mut self: Box<Self>, key: &str) -> Result<(), MediaStoreError> {
        let path = path_of(key)
            .ok_or_else(|| MediaStoreError::new("a key holds a character that no key may hold"))?;
        if found(self.objects.head(&path).await)?.is_some() {
            return Ok(());
        }
        let rest = self.held.split().freeze();
        if self.upload.is_none() {
            let put = self.objects.put(&path, PutPayload::from(rest)).await;
            return put.map(drop).map_err(MediaStoreError::new);
        }
        self.send(rest).await?;
        if let Some(upload) = &mut self.upload {
            upload.complete().await.map_err(MediaStoreError::new)?;
        }
        self.upload = None;
        let (objects, incoming) = (&self.objects, &self.incoming);
        objects
            .rename(incoming, &path)
            .await
            .map_err(MediaStoreError::new)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let Some(mut upload) = self.upload.take() else {
            return;
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = upload.abort().await {
                    tracing::warn!("a half-written file could not be removed: {error}");
                }
            });
        }
    }
}
