//! Where full databases are kept for later runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};

use crate::args::Database;

/// Folders whose files say what the tables look like.
const fn migrations(database: Database) -> &'static [&'static str] {
    match database {
        Database::Sqlite => &[
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../crates/storage-sqlite/migrations"
            ),
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../crates/storage-sqlite/migrations-envelopes"
            ),
        ],
        Database::Postgres => &[concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../crates/storage-postgres/migrations"
        )],
    }
}

/// What the rows look like.
const ROWS: [&str; 4] = [
    include_str!("archive.rs"),
    include_str!("bulk.rs"),
    include_str!("fill.rs"),
    include_str!("held.rs"),
];

/// `bench-seeds/<fingerprint>` in the folder that programs are built in, made if it is not there. What
/// other tables or other rows were made for lies in another folder, and may be deleted.
pub(super) fn folder(database: Database) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program
        .ancestors()
        .nth(2)
        .context("this program lies in no build folder")?;
    let fingerprint = fingerprint(migrations(database))?;
    let folder = target.join("bench-seeds").join(fingerprint);
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(folder)
}

/// Changes with every byte of the files and of what is compiled in.
fn fingerprint(folders: &[&str]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    for rows in ROWS {
        hash.update(rows);
    }
    for folder in folders {
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .with_context(|| format!("cannot read {folder}"))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.sort();
        for file in files {
            let text = fs::read(&file)?;
            hash.update(u64::try_from(text.len())?.to_be_bytes());
            hash.update(text);
        }
    }
    let digest: [u8; 32] = hash.finalize().into();
    Ok(hex::encode(digest.get(..8).unwrap_or_default()))
}

/// Copies a file or a folder with its owners, as `cp` does; quickly where the file system can.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let status = Command::new("cp")
        .args(["--archive", "--reflink=auto", "--no-target-directory"])
        .args([from, to])
        .status()
        .context("cannot run cp")?;
    ensure!(
        status.success(),
        "{} cannot be copied to {}; is there space left?",
        from.display(),
        to.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_migration_is_another_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        fs::write(folder.path().join("V1.sql"), "CREATE TABLE one (id)").unwrap();
        let before = fingerprint(&[path]).unwrap();
        assert_eq!(fingerprint(&[path]).unwrap(), before);

        fs::write(folder.path().join("V2.sql"), "").unwrap();

        assert_ne!(fingerprint(&[path]).unwrap(), before);
        assert_eq!(before.len(), 16);
    }
}
