//! Where the programs of PostgreSQL are on this machine.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest server that Switchboard works with.
const OLDEST: u32 = 15;

/// The folder with `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// The newest of Debian's versioned folders, or else what `pg_config` in the search path tells.
    pub fn find() -> Result<Self, NoPostgres> {
        newest_in(Path::new("/usr/lib/postgresql"))
            .or_else(told_by_pg_config)
            .filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
            .map(|folder| Self { folder })
            .ok_or(NoPostgres)
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// No server programs of a supported version were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPostgres;

impl fmt::Display for NoPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no PostgreSQL {OLDEST} or later was found, neither in /usr/lib/postgresql nor by \
             `pg_config --bindir`; install it (Debian: apt-get install postgresql)"
        )
    }
}

impl std::error::Error for NoPostgres {}

fn newest_in(versions: &Path) -> Option<PathBuf> {
    std::fs::read_dir(versions)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|version: &u32| *version >= OLDEST)
        .max()
        .map(|version| versions.join(version.to_string()).join("bin"))
}

fn told_by_pg_config() -> Option<PathBuf> {
    let told = |option: &str| {
        let output = Command::new("pg_config").arg(option).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let version = major_of(&told("--version")?)?;
    (version >= OLDEST).then_some(())?;
    Some(PathBuf::from(told("--bindir")?.trim()))
}

/// Of `PostgreSQL 15.14 (Debian 15.14-0+deb12u1)`: 15.
fn major_of(version: &str) -> Option<u32> {
    version
        .split_whitespace()
        .nth(1)?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_wins_by_number() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9.6", "13", "15", "17", "readme"] {
            std::fs::create_dir(folder.path().join(version)).unwrap();
        }

        assert_eq!(
            newest_in(folder.path()),
            Some(folder.path().join("17").join("bin"))
        );
    }

    #[test]
    fn versions_that_are_too_old_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("14")).unwrap();

        assert_eq!(newest_in(folder.path()), None);
    }

    #[test]
    fn the_major_version_is_read_from_what_pg_config_says() {
        assert_eq!(
            major_of("PostgreSQL 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_of("PostgreSQL 18beta1"), Some(18));
        assert_eq!(major_of(""), None);
    }
}
