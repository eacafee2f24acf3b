//! A database of one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use switchboard_testkit::postgres::TestDatabase;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Sqlite,
    Postgres,
}

/// Lives as long as the test; hubs may come and go on it.
pub(crate) struct TestStore {
    place: Place,
    seed: AtomicU64,
}

enum Place {
    Folder(tempfile::TempDir),
    Database(TestDatabase),
}

impl TestStore {
    pub(crate) fn create(kind: StoreKind) -> Self {
        let place = match kind {
            StoreKind::Sqlite => Place::Folder(tempfile::tempdir().expect("there is room in /tmp")),
            StoreKind::Postgres => Place::Database(TestDatabase::create()),
        };
        Self {
            place,
            seed: AtomicU64::new(1),
        }
    }

    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::Folder(folder) => format!("sqlite://{}/hub.db", folder.path().display()),
            Place::Database(database) => database.url().clone(),
        }
    }

    /// Hubs of one test draw different numbers.
    pub(crate) fn next_seed(&self) -> u64 {
        self.seed.fetch_add(1 << 32, Ordering::Relaxed)
    }

    /// The files an embedded database consists of, with everything written to disk.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        match &self.place {
            Place::Folder(folder) => std::fs::read_dir(folder.path())
                .expect("the folder exists")
                .map(|entry| entry.expect("it can be read").path())
                .collect(),
            Place::Database(_) => Vec::new(),
        }
    }
}
