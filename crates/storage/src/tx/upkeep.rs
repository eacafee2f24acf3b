//! Looking after what a database has left behind.

use crate::StorageError;

/// How far a database was looked through for leftovers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Swept(u64);

impl Swept {
    /// Nothing was looked at.
    pub const NOTHING: Self = Self(0);

    /// So many pieces, counted as the database counts them.
    pub const fn new(pieces: u64) -> Self {
        Self(pieces)
    }

    /// How many pieces that is.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Overwriting what was erased.
pub trait UpkeepWrites {
    /// Overwrites what storing and erasing have left in unused parts of the database's own files: in up to
    /// `limit` pieces behind `from`. Says how far it has come; `None` at the end. Whoever goes through all
    /// pieces, in as many units as it takes, leaves nothing of what was erased before the first of them.
    ///
    /// A database whose files belong to a server is at its end at once.
    fn overwrite_leftovers(
        &mut self,
        from: Swept,
        limit: usize,
    ) -> Result<Option<Swept>, StorageError>;

    /// Gives back, once the unit is committed, what the database took while there was much to do: its memory,
    /// and the space of its logs. Nothing that is stored depends on it.
    ///
    /// A database with a server of its own looks after that by itself.
    fn rest(&mut self) -> Result<(), StorageError>;
}
