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
    media: tempfile::TempDir,
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
            media: tempfile::tempdir().expect("there is room in /tmp"),
            seed: AtomicU64::new(1),
        }
    }

    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::Folder(folder) => format!("sqlite://{}/hub.db", folder.path().display()),
            Place::Database(database) => database.url().clone(),
        }
    }

    /// From now on the database refuses messages that contain a text.
    pub(crate) fn refuse_messages_with(&self, text: &str) {
        match &self.place {
            Place::Folder(_) => self.execute(&format!(
                "CREATE TRIGGER refuses BEFORE INSERT ON messages WHEN instr(NEW.content, '{text}') > 0
                 BEGIN SELECT RAISE(ABORT, 'the test refuses it'); END"
            )),
            Place::Database(_) => self.execute(&format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
                 AS 'BEGIN RAISE EXCEPTION ''the test refuses it''; END';
                 CREATE TRIGGER refuses BEFORE INSERT ON messages FOR EACH ROW
                 WHEN (strpos(NEW.content, '{text}') > 0) EXECUTE FUNCTION refuse()"
            )),
        }
    }

    /// The database takes everything again.
    pub(crate) fn refuse_nothing(&self) {
        match &self.place {
            Place::Folder(_) => self.execute("DROP TRIGGER refuses"),
            Place::Database(_) => self.execute("DROP TRIGGER refuses ON messages"),
        }
    }

    /// Changes the database behind the hub's back.
    fn execute(&self, statements: &str) {
        match &self.place {
            Place::Folder(folder) => {
                rusqlite::Connection::open(folder.path().join("hub.db"))
                    .expect("the database is there")
                    .execute_batch(statements)
                    .expect("the database takes it");
            }
            // The blocking client may not be used where async code runs.
            Place::Database(database) => std::thread::scope(|scope| {
                scope
                    .spawn(|| database.client().batch_execute(statements).is_ok())
                    .join()
                    .is_ok_and(|done| done)
                    .then_some(())
                    .expect("the server takes it");
            }),
        }
    }

    /// Where files are kept.
    pub(crate) fn media_folder(&self) -> String {
        self.media.path().display().to_string()
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

    /// Files of an embedded database, or tables of a server's, that contain a text, however they spell
    /// bytes. A hub that still runs may keep something in its files that is gone.
    pub(crate) fn places_with(&self, text: &str) -> Vec<String> {
        match &self.place {
            Place::Folder(_) => {
                let holds = |file: &PathBuf| {
                    let bytes = std::fs::read(file).unwrap_or_default();
                    let mut windows = bytes.windows(text.len());
                    windows.any(|window| window == text.as_bytes())
                };
                let files = self.files().into_iter().filter(holds);
                files.map(|file| file.display().to_string()).collect()
            }
            // The blocking client may not be used where async code runs.
            Place::Database(database) => std::thread::scope(|scope| {
                scope
                    .spawn(|| tables_with(database, text))
                    .join()
                    .expect("the search does not panic")
            }),
        }
    }
}

/// The tables of which a row, written out, contains a text or its bytes.
fn tables_with(database: &TestDatabase, text: &str) -> Vec<String> {
    let mut client = database.client();
    let tables = "SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let tables = client.query(tables, &[]).expect("the server answers");
    let (text, bytes) = (format!("%{text}%"), format!("%{}%", hex::encode(text)));
    let names = tables.iter().map(|row| row.get::<_, String>(0));
    names
        .collect::<Vec<_>>()
        .into_iter()
        .filter(|table| {
            let found = format!(
                "SELECT 1 FROM \"{table}\" AS found
                 WHERE found::text ILIKE $1 OR found::text ILIKE $2 LIMIT 1"
            );
            let found = client.query_opt(&found, &[&text, &bytes]);
            found.expect("the server answers").is_some()
        })
        .collect()
}
