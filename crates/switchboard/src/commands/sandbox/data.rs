//! The folder of the sandbox's own database.

use std::fs::{DirBuilder, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::MEDIA;

/// Locked by the hub that has the database open.
const LOCK: &str = "sandbox.db.lock";
/// The only files the sandbox ever removes.
const FILES: [&str; 7] = [
    "sandbox.db",
    "sandbox.db-wal",
    "sandbox.db-shm",
    "sandbox-envelopes.db",
    "sandbox-envelopes.db-wal",
    "sandbox-envelopes.db-shm",
    "sandbox.key",
];

/// The simulators forget when they stop, so the hub does too.
pub(super) fn begin_anew(data: &Path) -> anyhow::Result<()> {
    let unusable = || format!("cannot use the folder {}", data.display());
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(unusable)?;
    // The lock of whoever uses the database: while it is ours, nobody loses files under their feet.
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(data.join(LOCK))
        .with_context(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => bail!(
            "{} is in use by another sandbox; stop that one, or choose another folder with --data",
            data.display()
        ),
        Err(TryLockError::Error(error)) => return Err(error).with_context(unusable),
    }
    for file in FILES {
        let file = data.join(file);
        gone(std::fs::remove_file(&file), &file)?;
    }
    let media = data.join(MEDIA);
    gone(std::fs::remove_dir_all(&media), &media)
}

fn gone(removed: std::io::Result<()>, what: &Path) -> anyhow::Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", what.display()))
        }
        _ => Ok(()),
    }
}
