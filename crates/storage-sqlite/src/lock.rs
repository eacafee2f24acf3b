//! One hub per database.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::OpenError;
use crate::open::private_file;

/// The right to use a database, as long as it lives. The operating system takes it back when the
/// process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Never read: it is locked until it is closed.
    _file: File,
}

impl Lock {
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        let path = beside(database);
        let refused = |source| OpenError::File {
            path: path.clone(),
            source,
        };
        let file = private_file(&path).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: database.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(refused(source)),
        }
    }
}

/// The database file itself cannot be locked: SQLite's own locks are bound to it and end when any
/// handle of the process to that file is closed.
fn beside(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}
