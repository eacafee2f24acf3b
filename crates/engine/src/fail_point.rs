//! Places where a test can make the hub die or fail.

use std::fmt;
use std::sync::Arc;

use switchboard_storage::StorageError;

/// A place between two steps that must survive a crash between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailPoint {
    /// A call is verified and not stored.
    AcceptBefore,
    /// A call is stored and not answered.
    AcceptStored,
    /// Envelopes were read and nothing of them is applied.
    ApplyRead,
    /// A unit of work has applied envelopes and is not committed.
    ApplyInUnit,
    /// A unit of work that applied envelopes is committed, and nobody knows.
    ApplyCommitted,
    /// A profile was fetched and is not stored.
    ProfileFetched,
    /// A file was copied and that is not noted.
    MediaCopied,
    /// Somebody is to be erased, and nothing has been.
    EraseOrdered,
    /// One conversation of somebody is erased, and the next is not.
    EraseConversation,
    /// Somebody is erased, and their files are not.
    EraseCommitted,
    /// A file of somebody is removed, and that is not noted.
    EraseFile,
    /// Everything of somebody is gone, and nobody knows.
    EraseDone,
}

impl FailPoint {
    /// Every place. The crash suite goes through all of them.
    pub const ALL: [Self; 12] = [
        Self::AcceptBefore,
        Self::AcceptStored,
        Self::ApplyRead,
        Self::ApplyInUnit,
        Self::ApplyCommitted,
        Self::ProfileFetched,
        Self::MediaCopied,
        Self::EraseOrdered,
        Self::EraseConversation,
        Self::EraseCommitted,
        Self::EraseFile,
        Self::EraseDone,
    ];

    /// The name, as the crash suite says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcceptBefore => "accept.before",
            Self::AcceptStored => "accept.stored",
            Self::ApplyRead => "apply.read",
            Self::ApplyInUnit => "apply.in_unit",
            Self::ApplyCommitted => "apply.committed",
            Self::ProfileFetched => "profile.fetched",
            Self::MediaCopied => "media.copied",
            Self::EraseOrdered => "erase.ordered",
            Self::EraseConversation => "erase.conversation",
            Self::EraseCommitted => "erase.committed",
            Self::EraseFile => "erase.file",
            Self::EraseDone => "erase.done",
        }
    }

    /// The place with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.as_str() == name)
    }
}

/// What happens at the places. Nothing, outside of tests.
#[derive(Clone, Default)]
pub struct FailPoints(Option<Arc<Hook>>);

type Hook = dyn Fn(FailPoint) -> Result<(), StorageError> + Send + Sync;

impl fmt::Debug for FailPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FailPoints")
            .field(&self.0.is_some())
            .finish()
    }
}

impl FailPoints {
    /// Lets `hook` decide at each place: go on, fail, or die.
    pub fn new(
        hook: impl Fn(FailPoint) -> Result<(), StorageError> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(hook)))
    }

    /// The hub has come to a place.
    pub(crate) fn reach(&self, point: FailPoint) -> Result<(), StorageError> {
        self.0.as_ref().map_or(Ok(()), |hook| hook(point))
    }
}
