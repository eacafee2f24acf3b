//! Files that messages link to, and files that users and visitors hand in.
//!
//! The engine decides what is copied, when, and who may see it. Where files lie ([`MediaStore`]) and
//! how they are fetched ([`MediaFetch`]) is said to it.

mod content_type;
mod copy;
mod copying;
mod fetch;
mod forget;
mod handed_in;
mod intake;
mod links;
mod pictures;
mod policy;
mod proxy;
mod serve;
mod signing;
mod store;
mod upload;

use std::sync::Arc;

pub use content_type::is_shown_by_browsers;
pub(crate) use copy::{copy_of, job_of};
pub use fetch::{FetchedFile, MediaFetch};
pub(crate) use forget::{forget_file, forget_files_of};
pub use links::MediaLinks;
pub(crate) use pictures::{Pictures, copy_picture};
pub use policy::{MediaPolicies, MediaPolicy};
pub use proxy::ProxyError;
pub use serve::{FileError, ServedFile};
pub use signing::Signed;
pub use store::{FileDraft, MediaStore, MediaStoreError, Pieces};
pub use upload::{Upload, UploadError};

use signing::Signer;

/// What the engine is told about files.
#[derive(Debug)]
pub struct MediaParts {
    /// Where files lie.
    pub store: Arc<dyn MediaStore>,
    /// How files are fetched.
    pub fetch: Arc<dyn MediaFetch>,
    /// What becomes of files that messages link to.
    pub policies: MediaPolicies,
    /// The address that all links to files begin with; ends in `/`.
    pub base_url: String,
    /// Largest file that is kept, in bytes.
    pub max_bytes: u64,
}

/// Everything about files that use cases work with.
#[derive(Debug)]
pub(crate) struct Media {
    pub(crate) store: Arc<dyn MediaStore>,
    pub(crate) fetch: Arc<dyn MediaFetch>,
    pub(crate) policies: MediaPolicies,
    pub(crate) max_bytes: u64,
    pub(crate) signer: Signer,
}

impl Media {
    pub(crate) fn new(parts: MediaParts, vault: &crate::Vault) -> Self {
        let MediaParts {
            store,
            fetch,
            policies,
            base_url,
            max_bytes,
        } = parts;
        Self {
            store,
            fetch,
            policies,
            max_bytes,
            signer: Signer::new(vault, base_url),
        }
    }
}
