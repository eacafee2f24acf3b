//! The key that seals credentials: configured, or generated once and kept in a file.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use switchboard_domain::{Chance, Secret};
use switchboard_engine::MasterKey;

/// The configured key, else the one in `file`, which is generated if it is not there.
pub(crate) fn load(
    configured: Option<&Secret>,
    file: &Path,
    chance: &dyn Chance,
) -> anyhow::Result<MasterKey> {
    if let Some(text) = configured {
        return Ok(MasterKey::from_base64(text.expose())?);
    }
    match fs::read_to_string(file) {
        Ok(text) => {
            refuse_open_file(file)?;
            MasterKey::from_base64(&text)
                .with_context(|| format!("{} does not hold a key", file.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => generate(file, chance),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn generate(file: &Path, chance: &dyn Chance) -> anyhow::Result<MasterKey> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let key = MasterKey::random(chance);
    let mut created = match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
    {
        Ok(created) => created,
        // Another node was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return load(None, file, chance),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot create {}", file.display()));
        }
    };
    writeln!(created, "{}", key.to_base64().expose())
        .and_then(|()| created.sync_all())
        .with_context(|| format!("cannot write {}", file.display()))?;
    tracing::info!(
        "generated the key that seals credentials: {}; keep a copy of it",
        file.display()
    );
    Ok(key)
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
        let chance = FixedChance::seeded(7);

        let first = load(None, &file, &chance).unwrap();
        let again = load(None, &file, &chance).unwrap();

        assert_eq!(first.to_base64().expose(), again.to_base64().expose());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("switchboard.key");
        load(None, &file, &FixedChance::default()).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();

        let error = load(None, &file, &FixedChance::default()).unwrap_err();

        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_configured_key_needs_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("switchboard.key");
        let key = MasterKey::random(&FixedChance::seeded(1)).to_base64();

        load(Some(&key), &file, &FixedChance::default()).unwrap();

        assert!(!file.exists());
    }
}
