//! What an error of SQLite means for a unit of work.

use rusqlite::{Error, ErrorCode};
use switchboard_storage::StorageError;

/// Tells a unit of work what SQLite has said, by its code.
pub(crate) fn meant(error: Error) -> StorageError {
    if is_of_content(&error) {
        StorageError::refused(error)
    } else {
        StorageError::unavailable(error)
    }
}

/// Whether the statement was given something that this database will never take (sqlite.org/rescode.html,
/// read 2026-11-28). A full disk, a lock or a broken file blames nobody's content.
fn is_of_content(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(said, _) => matches!(
            said.code,
            ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig
        ),
        Error::ToSqlConversionFailure(_) | Error::NulError(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn is_blamed(code: std::ffi::c_int) -> bool {
        meant(Error::SqliteFailure(ffi::Error::new(code), None)).is_of_content()
    }

    #[test]
    fn a_value_or_a_constraint_is_of_the_content() {
        for code in [
            ffi::SQLITE_CONSTRAINT,
            ffi::SQLITE_CONSTRAINT_UNIQUE,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
            ffi::SQLITE_CONSTRAINT_TRIGGER,
            ffi::SQLITE_MISMATCH,
            ffi::SQLITE_TOOBIG,
        ] {
            assert!(is_blamed(code), "{code}");
        }
    }

    #[test]
    fn a_disk_a_lock_or_a_file_is_not() {
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOMEM,
            ffi::SQLITE_ERROR,
        ] {
            assert!(!is_blamed(code), "{code}");
        }
    }
}
