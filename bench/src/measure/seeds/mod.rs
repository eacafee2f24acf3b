//! Databases that are full before measuring begins. Filling takes long, so they are kept, and each
//! measurement gets a copy.

mod archive;
mod bulk;
mod cache;
mod fill;
mod held;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

pub(super) use self::archive::{Archive, Mark, NEEDLE};
pub(super) use self::held::id_of;
use super::{folder, say, sqlite};
use crate::args::Database;
use crate::postgres::Postgres;

/// A database of a measurement's own. Deleted when dropped.
#[derive(Debug)]
pub(super) struct Stock {
    /// For the hub's settings.
    pub(super) url: String,
    /// The server it is on, if there is one.
    pub(super) postgres: Option<Postgres>,
    _folder: TempDir,
}

/// A copy of the database with that archive, which is filled if no earlier run has.
pub(super) fn stock(database: Database, archive: &Archive) -> anyhow::Result<Stock> {
    let kept = cache::folder(database)?.join(match database {
        Database::Sqlite => format!("{}.db", archive.name),
        Database::Postgres => format!("{}.postgres", archive.name),
    });
    if !kept.exists() {
        say(&format!("filling {}", kept.display()));
        make(database, archive, &kept)
            .with_context(|| format!("cannot make {}", kept.display()))?;
    }
    let folder = folder()?;
    match database {
        Database::Sqlite => {
            let file = folder.path().join("hub.db");
            cache::copy(&kept, &file)?;
            Ok(Stock {
                url: sqlite(&file),
                postgres: None,
                _folder: folder,
            })
        }
        Database::Postgres => {
            let postgres = Postgres::start_with(|data| cache::copy(&kept, data))?;
            Ok(Stock {
                url: postgres.kept_url(),
                postgres: Some(postgres),
                _folder: folder,
            })
        }
    }
}

/// Under another name first: a run that is interrupted leaves nothing that looks complete.
fn make(database: Database, archive: &Archive, kept: &Path) -> anyhow::Result<()> {
    let partial = kept.with_extension("partial");
    match database {
        Database::Sqlite => {
            let folder = folder()?;
            let file = folder.path().join("seed.db");
            bulk::into_sqlite(&file, |store| fill::fill(store, archive))?;
            cache::copy(&file, &partial)?;
        }
        Database::Postgres => {
            let postgres = Postgres::start()?;
            let url = postgres.make_kept()?;
            bulk::into_postgres(&url, |store| fill::fill(store, archive))?;
            if partial.exists() {
                fs::remove_dir_all(&partial)?;
            }
            postgres.keep(|data| cache::copy(data, &partial))?;
        }
    }
    fs::rename(&partial, kept)?;
    Ok(())
}
