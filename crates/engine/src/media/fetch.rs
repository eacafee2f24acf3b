//! How files are fetched, as the engine sees it.

use std::fmt;

use async_trait::async_trait;
use switchboard_connector::{MediaSource, ProviderError};

use super::Pieces;

/// Fetches files from the web.
///
/// An address that leads into a private network is refused, also behind a name or a redirect, unless
/// the operator has configured it as a provider's. What the source says to authorize with is sent to no
/// other host.
#[async_trait]
pub trait MediaFetch: Send + Sync + fmt::Debug {
    /// Begins to fetch a file.
    async fn fetch(&self, source: &MediaSource) -> Result<FetchedFile, ProviderError>;
}

/// A file on its way.
pub struct FetchedFile {
    /// Its media type, as the other side says.
    pub content_type: Option<String>,
    /// Its size in bytes, as the other side says.
    pub size: Option<u64>,
    /// The file itself.
    pub pieces: Pieces<ProviderError>,
}

impl fmt::Debug for FetchedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchedFile")
            .field("content_type", &self.content_type)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
