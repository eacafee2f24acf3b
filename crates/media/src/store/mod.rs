//! Files in a folder, or in a bucket of S3.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _, RetryConfig};
use switchboard_domain::{Chance, Secret, Timestamp};
use switchboard_engine::media::{FileDraft, MediaStore, MediaStoreError, Pieces};

use crate::s3_calls::OwnClient;
use crate::writing::Draft;

/// Below which names files lie that are being written.
pub(crate) const INCOMING: &str = "incoming";

/// Nobody writes one file for so long.
const LEFT_OVER: Duration = Duration::from_hours(1);
/// Pieces in which a folder's files are written.
const FOLDER_PART: usize = 256 * 1024;
/// Smallest part that S3 takes (docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html, read
/// 2026-11-22).
const BUCKET_PART: usize = 5 * 1024 * 1024;
/// How often, and how long, calls to S3 are tried.
const TRIES: usize = 3;
const PATIENCE: Duration = Duration::from_mins(1);

/// A bucket of S3, or of something that speaks like it.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What the names of all files begin with; empty if nothing.
    pub prefix: String,
    /// The access key.
    pub key: String,
    /// The secret key.
    pub secret: Secret,
    /// The region.
    pub region: String,
    /// Where it is, if not at Amazon.
    pub endpoint: Option<String>,
}

/// Keeps files in a folder or a bucket.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    part: usize,
    chance: Arc<dyn Chance>,
}

/// The media store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("cannot make the folder {path} for media")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It cannot be opened as it is described.
    #[error("cannot open the media store")]
    Settings(#[from] object_store::Error),
}

impl Store {
    /// Files in a folder, which is made if need be. Written to a name of their own first, synced to
    /// disk, and then given their key.
    pub fn in_folder(
        folder: &FilePath,
        now: Timestamp,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Folder {
            path: folder.to_owned(),
            source,
        };
        let incoming = folder.join(INCOMING);
        private_folder(&incoming).map_err(failed)?;
        remove_left_over(&incoming, now).map_err(failed)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            part: FOLDER_PART,
            chance,
        })
    }

    /// Files in a bucket, called with `client`. Parts of files that a crash has left there are for the
    /// bucket's own rules to remove.
    pub fn in_bucket(
        bucket: Bucket,
        client: reqwest::Client,
        chance: Arc<dyn Chance>,
    ) -> Result<Self, OpenError> {
        let Bucket {
            name,
            prefix,
            key,
            secret,
            region,
            endpoint,
        } = bucket;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_access_key_id(key)
            .with_secret_access_key(secret.expose())
            .with_region(region)
            // Not everything that speaks like S3 can delete many at once.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                max_retries: TRIES,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            })
            .with_http_connector(OwnClient(client));
        if let Some(endpoint) = endpoint {
            builder = builder
                .with_allow_http(endpoint.starts_with("http://"))
                .with_endpoint(endpoint);
        }
        let bucket = builder.build()?;
        let objects: Arc<dyn ObjectStore> = if prefix.is_empty() {
            Arc::new(bucket)
        } else {
            Arc::new(PrefixStore::new(bucket, prefix))
        };
        Ok(Self {
            objects,
            part: BUCKET_PART,
            chance,
        })
    }
}

/// Removes what a process that died has left half-written. Other nodes may be writing just now.
fn remove_left_over(folder: &FilePath, now: Timestamp) -> std::io::Result<()> {
    let now = Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or_default());
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let written = entry.metadata()?.modified()?;
        let written = written.duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.saturating_sub(written) > LEFT_OVER {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What the store calls a key. None that could lead anywhere else is taken.
pub(crate) fn path_of(key: &str) -> Option<Path> {
    let is_plain = !key.is_empty()
        && !key.starts_with('.')
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_plain.then(|| Path::from(key))
}

#[async_trait]
impl MediaStore for Store {
    async fn begin(&self) -> Result<Box<dyn FileDraft>, MediaStoreError> {
        let name = self.chance.uuid();
        let incoming = Path::from_iter([INCOMING, &name.to_string()]);
        Ok(Box::new(Draft::new(
            Arc::clone(&self.objects),
            incoming,
            self.part,
        )))
    }

    async fn size(&self, key: &str) -> Result<Option<u64>, MediaStoreError> {
        let Some(path) = path_of(key) else {
            return Ok(None);
        };
        let head = found(self.objects.head(&path).await)?;
        Ok(head.map(|meta| meta.size))
    }

    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<Pieces<MediaStoreError>>, MediaStoreError> {
        let Some(path) = path_of(key) else {
            return Ok(None);
        };
        if range.is_empty() {
            return Ok(Some(futures_util::stream::empty().boxed()));
        }
        let options = object_store::GetOptions::new().with_range(Some(range));
        let answer = found(self.objects.get_opts(&path, options).await)?;
        Ok(answer.map(|answer| {
            let pieces = answer.into_stream();
            pieces
                .map(|piece| piece.map_err(MediaStoreError::new))
                .boxed()
        }))
    }

    async fn delete(&self, key: &str) -> Result<(), MediaStoreError> {
        if let Some(path) = path_of(key) {
            found(self.objects.delete(&path).await)?;
        }
        Ok(())
    }
}

/// `None` if nothing is there.
pub(crate) fn found<T>(answer: object_store::Result<T>) -> Result<Option<T>, MediaStoreError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(MediaStoreError::new(error)),
    }
}

/// Makes a folder, and those on the way to it, for the user of this process alone.
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests;
