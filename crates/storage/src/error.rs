//! What can go wrong between the engine and a database.

/// A unit of work did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be reached, is full, or refused; trying later may help.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// The database does not take what it was given: a constraint forbids it, or a value is of a kind or
    /// a size that it cannot keep. The same unit will be refused again.
    #[error("the database refuses what it was given")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// The store is shutting down and takes no more work.
    #[error("the store is closed")]
    Closed,

    /// The unit of work itself panicked; nothing of it was kept.
    #[error("a unit of work panicked")]
    Panicked,

    /// A stored value cannot be read back: the database was changed by something else, or by a
    /// newer version.
    #[error("{table}.{column} of row {row} cannot be read: {problem}")]
    Inconsistent {
        /// The table the value lies in.
        table: &'static str,
        /// Its column.
        column: &'static str,
        /// The row's key, as text.
        row: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl StorageError {
    /// Wraps what a database driver said.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Wraps what a database driver said about the values that it was given.
    pub fn refused(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Refused(source.into())
    }

    /// Whether it is the content of the unit of work that is at fault: the database takes other units
    /// meanwhile, and will not take this one however often it is tried.
    pub const fn is_of_content(&self) -> bool {
        matches!(
            self,
            Self::Refused(_) | Self::Panicked | Self::Inconsistent { .. }
        )
    }

    /// Whether the same unit of work may succeed later without anybody mending anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Closed)
    }
}
