//! The key that seals credentials: configured, or generated once and kept in a file.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use switchboard_domain::{Chance, Secret};
use switchboard_engine::MasterKey;

/// The configured key, else the one in `file`; `None` if there is neither yet.
pub(crate) fn find(configured: Option<&Secret>, file: &Path) -> anyhow::Result<Option<MasterKey>> {
    if let Some(text) = configured {
        return Ok(Some(MasterKey::from_base64(text.expose())?));
    }
    match fs::read_to_string(file) {
        Ok(text) => {
            refuse_open_file(file)?;
            let key = MasterKey::from_base64(&text);
            key.map(Some)
                .with_context(|| format!("{} does not hold a key", file.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

/// A new key, kept in `file` from now on; the one that another node has put there meanwhile, if one
/// has. The file appears with the whole key in it or not at all, even if we die on the way.
pub(crate) fn generate(file: &Path, chance: &dyn Chance) -> anyhow::Result<MasterKey> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    let key = MasterKey::random(chance);
    let draft = file.with_extension(format!("key.{}", std::process::id()));
    write(&draft, &key).with_context(|| format!("cannot write {}", draft.display()))?;
    let placed = fs::hard_link(&draft, file);
    fs::remove_file(&draft).with_context(|| format!("cannot remove {}", draft.display()))?;
    match placed {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return find(None, file)?.with_context(|| format!("{} is gone", file.display()));
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot create {}", file.display()));
        }
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(|| format!("cannot write {}", folder.display()))?;
    tracing::info!(
        "generated the key that seals credentials: {}; keep a copy of it",
        file.display()
    );
    Ok(key)
}

/// Writes the key to a file for the owner alone, and to the disk.
fn write(file: &Path, key: &MasterKey) -> std::io::Result<()> {
    let mut created = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    writeln!(created, "{}", key.to_base64().expose())?;
    created.sync_all()
}

fn refuse_open_file(file: &Path) -> anyhow::Result<()> {
    let mode = fs::metadata(file)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!(
            "{} is readable by others (mode {mode:o}); run `chmod 600 {0}`",
            file.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use switchboard_domain::FixedChance;

    use super::*;

    #[test]
    fn a_key_is_generated_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/switchboard.key");
        assert!(find(None, &file).unwrap().is_none());

        let first = generate(&file, &FixedChance::seeded(7)).unwrap();
        let found = find(None, &file).unwrap().unwrap();

        assert_eq!(first.to_base64().expose(), found.to_base64().expose());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let alone = fs::read_dir(file.parent().unwrap()).unwrap().count();
        assert_eq!(alone, 1, "nothing else is left in the folder");
    }

    #[test]
    fn of_two_nodes_that_generate_a_key_both_use_that_of_the_faster() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("switchboard.key");

        let first = generate(&file, &FixedChance::seeded(7)).unwrap();
        let second = generate(&file, &FixedChance::seeded(8)).unwrap();

        assert_eq!(first.to_base64().expose(), second.to_base64().expose());
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("switchboard.key");
        generate(&file, &FixedChance::default()).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();

        let error = find(None, &file).unwrap_err();

        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_configured_key_needs_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("switchboard.key");
        let key = MasterKey::random(&FixedChance::seeded(1)).to_base64();

        assert!(find(Some(&key), &file).unwrap().is_some());

        assert!(!file.exists());
    }
}
