//! What an error of the driver means for a unit of work.

use std::sync::Arc;

use postgres::error::{Severity, SqlState};
use switchboard_storage::StorageError;

/// A statement that did not work. Ends the transaction it was in.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) meaning: Meaning,
    error: Arc<postgres::Error>,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Another transaction was in the way; the same again may work.
    Conflict,
    /// The connection is of no use any more.
    Lost,
    /// The server does not want this statement, now or ever.
    Refused,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)?;
        match std::error::Error::source(&*self.error) {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl From<postgres::Error> for Refusal {
    fn from(error: postgres::Error) -> Self {
        Self {
            meaning: meaning_of(&error),
            error: Arc::new(error),
        }
    }
}

impl From<Refusal> for StorageError {
    fn from(refusal: Refusal) -> Self {
        Self::unavailable(refusal.error)
    }
}

fn meaning_of(error: &postgres::Error) -> Meaning {
    let Some(said) = error.as_db_error() else {
        // Whatever it is, the connection is not in a state that anybody has thought of.
        return Meaning::Lost;
    };
    // The server closes the connection after these, for example when it is shut down.
    if matches!(
        said.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic) | None
    ) {
        return Meaning::Lost;
    }
    let conflicts = [
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ];
    if conflicts.contains(said.code()) {
        Meaning::Conflict
    } else {
        Meaning::Refused
    }
}
