//! What an error of the driver means for a unit of work.

use std::error::Error;
use std::io;
use std::sync::Arc;

use postgres::error::{Severity, SqlState};
use switchboard_storage::StorageError;

/// A statement that did not work. Ends the transaction it was in.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) meaning: Meaning,
    /// What the server called it; `None` if it has not said anything.
    code: Option<SqlState>,
    error: Arc<dyn Error + Send + Sync>,
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
        match self.error.source() {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl From<postgres::Error> for Refusal {
    fn from(error: postgres::Error) -> Self {
        Self {
            meaning: meaning_of(&error),
            code: error.code().cloned(),
            error: Arc::new(error),
        }
    }
}

/// This machine has not let us talk to the server.
impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self {
            meaning: Meaning::Lost,
            code: None,
            error: Arc::new(error),
        }
    }
}

impl From<Refusal> for StorageError {
    fn from(refusal: Refusal) -> Self {
        if refusal.code.as_ref().is_some_and(is_of_content) {
            return Self::refused(refusal.error);
        }
        Self::unavailable(refusal.error)
    }
}

/// Classes of codes that blame what the statement was given (postgresql.org/docs/current/errcodes-appendix.html,
/// read 2026-11-28): values, constraints, views, limits that no larger server has, rules of triggers.
const OF_CONTENT: [&str; 5] = ["22", "23", "44", "54", "P0"];

fn is_of_content(code: &SqlState) -> bool {
    OF_CONTENT
        .iter()
        .any(|class| code.code().starts_with(class))
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
        // Whoever adds a row has looked whether it is there: somebody else has added it since.
        SqlState::UNIQUE_VIOLATION,
    ];
    if conflicts.contains(said.code()) {
        Meaning::Conflict
    } else {
        Meaning::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_or_a_constraint_is_of_the_content() {
        for code in [
            SqlState::UNIQUE_VIOLATION,
            SqlState::FOREIGN_KEY_VIOLATION,
            SqlState::CHECK_VIOLATION,
            SqlState::NOT_NULL_VIOLATION,
            SqlState::CHARACTER_NOT_IN_REPERTOIRE,
            SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
            SqlState::PROGRAM_LIMIT_EXCEEDED,
            SqlState::RAISE_EXCEPTION,
        ] {
            assert!(is_of_content(&code), "{code:?}");
        }
    }

    #[test]
    fn a_server_without_space_connections_or_time_is_not() {
        for code in [
            SqlState::DISK_FULL,
            SqlState::OUT_OF_MEMORY,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::IO_ERROR,
            SqlState::QUERY_CANCELED,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CONNECTION_FAILURE,
            SqlState::UNDEFINED_TABLE,
            SqlState::INSUFFICIENT_PRIVILEGE,
            SqlState::INTERNAL_ERROR,
        ] {
            assert!(!is_of_content(&code), "{code:?}");
        }
    }
}
