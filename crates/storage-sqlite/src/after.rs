//! What comes after a commit.

use crate::leftovers::Sweep;

/// What units of work leave to be done once they are committed.
#[derive(Debug, Default)]
pub(crate) struct After {
    pub(crate) sweeps: Vec<Sweep>,
    /// Whether the database is to rest.
    pub(crate) rests: bool,
}

impl After {
    /// Adds what a later unit leaves.
    pub(crate) fn extend(&mut self, mut later: Self) {
        self.sweeps.append(&mut later.sweeps);
        self.rests |= later.rests;
    }
}
