//! The checkout: where it is, and which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

/// The folder with the workspace's `Cargo.toml`.
///
/// The place this program was built in: tasks and tests run where they were compiled.
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Every file that is committed or would be by `git add --all`, relative to the root.
pub fn files() -> anyhow::Result<Vec<PathBuf>> {
    let output = Command::new("git")
        // A checkout may belong to somebody else, as in a container; reading its list is harmless.
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .args(["--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("git cannot be started; the tests of the tree need it")?;
    if !output.status.success() {
        bail!(
            "git does not list the files of {}: {}",
            root().display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let listed = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut files: Vec<PathBuf> = listed
        .split_terminator('\0')
        .map(PathBuf::from)
        // A file that was removed but not yet from the index is still listed.
        .filter(|file| root().join(file).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// The files with their text; those that are no UTF-8, pictures for instance, are left out.
pub fn texts() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut texts = Vec::new();
    for file in files()? {
        let bytes = std::fs::read(root().join(&file))
            .with_context(|| format!("{} cannot be read", file.display()))?;
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push((file, text));
        }
    }
    Ok(texts)
}
