//! Taking a file in: counted, hashed and written as it comes.

use bytes::Bytes;
use sha1::{Digest, Sha1};
use switchboard_connector::{ErrorClass, ProviderError};
use uuid::Uuid;

use super::content_type::{self, HEAD};
use super::{FileDraft, MediaStore, MediaStoreError};

/// What keys of copies begin with, so that forgetting a copy never takes an upload away.
const COPIES: &str = "copy-";

/// Whether what lies under a key is the copy of a file that a message links to.
pub(super) fn is_copy(key: &str) -> bool {
    key.starts_with(COPIES)
}

/// What a file is to the hub.
pub(super) enum What<'w> {
    /// The copy of a file that a message links to.
    Copy {
        /// Its media type, as the provider says.
        content_type: Option<&'w str>,
    },
    /// What somebody has handed in.
    Upload {
        /// What its name ended in.
        ending: Option<String>,
    },
}

/// A file that is being taken in.
pub(super) struct Intake {
    draft: Box<dyn FileDraft>,
    hash: Sha1,
    head: Vec<u8>,
    size: u64,
    limit: u64,
}

/// A file cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub(super) enum IntakeError {
    #[error("the file is larger than {0} bytes, which is the limit")]
    TooLarge(u64),
    #[error(transparent)]
    Store(#[from] MediaStoreError),
}

impl From<IntakeError> for ProviderError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::TooLarge(_) => Self::refused(ErrorClass::Content, error.to_string()),
            IntakeError::Store(error) => {
                tracing::warn!("a file cannot be kept: {error}");
                Self::refused(ErrorClass::Retry, "the hub's media store is unavailable")
            }
        }
    }
}

/// A file that lies in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) key: String,
    pub(super) content_type: String,
    pub(super) size: u64,
}

impl Intake {
    pub(super) async fn begin(store: &dyn MediaStore, limit: u64) -> Result<Self, IntakeError> {
        Ok(Self {
            draft: store.begin().await?,
            hash: Sha1::new(),
            head: Vec::with_capacity(HEAD),
            size: 0,
            limit,
        })
    }

    pub(super) async fn take(&mut self, piece: Bytes) -> Result<(), IntakeError> {
        self.size = self
            .size
            .saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if self.size > self.limit {
            return Err(IntakeError::TooLarge(self.limit));
        }
        self.hash.update(&piece);
        let missing = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head
            .extend_from_slice(piece.get(..missing).unwrap_or_default());
        self.draft.write(piece).await?;
        Ok(())
    }

    /// Keeps the file under a name that follows from its bytes, as Airy names what is uploaded: the
    /// same file, the same key.
    pub(super) async fn keep(self, what: What<'_>) -> Result<Kept, IntakeError> {
        let (content_type, ending, prefix) = match what {
            What::Copy { content_type } => (content_type, None, COPIES),
            What::Upload { ending } => (None, ending, ""),
        };
        let content_type = content_type
            .and_then(content_type::essence)
            .or_else(|| content_type::recognised(&self.head).map(str::to_owned))
            .unwrap_or_else(|| content_type::UNKNOWN.to_owned());
        let ending =
            ending.or_else(|| content_type::ending_of(&content_type).map(ToOwned::to_owned));
        let name = name_of(self.hash.finalize().into());
        let key = match ending {
            Some(ending) => format!("{prefix}{name}.{ending}"),
            None => format!("{prefix}{name}"),
        };
        self.draft.keep(&key).await?;
        Ok(Kept {
            key,
            content_type,
            size: self.size,
        })
    }
}

/// The first 16 bytes of a SHA-1 with the version nibble 5 and the variant bits 10, as Airy derives
/// ids.
fn name_of(digest: [u8; 20]) -> Uuid {
    let mut bytes = [0; 16];
    bytes
        .iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    uuid::Builder::from_sha1_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-1 of nothing is da39a3ee5e6b4b0d3255bfef95601890afd80709 (FIPS 180-4); 5 stands for the 13th
    /// digit, and the high bits of the 17th are 10.
    #[test]
    fn names_follow_from_the_bytes() {
        let name = |bytes: &[u8]| name_of(Sha1::digest(bytes).into()).to_string();

        assert_eq!(name(b"the answer is 42"), name(b"the answer is 42"));
        assert_ne!(name(b"the answer is 42"), name(b"the answer is 43"));
        let of_nothing = name(b"");
        assert_eq!(of_nothing, "da39a3ee-5e6b-5b0d-b255-bfef95601890");
    }
}
