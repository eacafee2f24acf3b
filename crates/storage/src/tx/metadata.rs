//! Metadata of conversations, messages and channels.

use switchboard_domain::{MetadataRecord, MetadataSubject};

use crate::StorageError;

/// Reading metadata.
pub trait MetadataReads {
    /// The records of these subjects without the removed ones, by subject, then by `written_at`, then
    /// by key. `subjects` may repeat.
    fn metadata(
        &mut self,
        subjects: &[MetadataSubject],
    ) -> Result<Vec<MetadataRecord>, StorageError>;
}

/// Writing metadata.
pub trait MetadataWrites {
    /// Writes records, each unless there is one of its subject and key with a later `written_at`, or
    /// with the same and a greater or equal value. Gives for each whether it was written.
    fn put_metadata(&mut self, records: &[MetadataRecord]) -> Result<Vec<bool>, StorageError>;

    /// Removes every record of a subject.
    fn erase_metadata(&mut self, subject: MetadataSubject) -> Result<(), StorageError>;
}
