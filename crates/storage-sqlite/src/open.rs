//! Opening a database: folder, file, lock, schema, threads.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use rusqlite::Connection;
use switchboard_storage::{Queues, Store, Writers};

use crate::lock::Lock;
use crate::log_mover::LogMover;
use crate::recent::Gatherer;
use crate::writer::{Files, Writer};
use crate::{SqliteOptions, accepter, connection, envelope_file, reader, schema};

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder, the file or its lock cannot be made or found.
    #[error(
        "{} cannot be created or opened; check that its folder exists, is writable and has space",
        path.display()
    )]
    File {
        /// The folder, the database or the file next to it.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },

    /// Another process, or another store of this one, has it open.
    #[error(
        "{} is in use by another hub; stop that one first, or give this one a database of its own",
        path.display()
    )]
    InUse {
        /// The database.
        path: PathBuf,
    },

    /// A newer version of the program has changed the tables.
    #[error(
        "{} was written by a newer version of this program (schema {found}, this one knows up to \
         {known}); start that version, or restore a backup from before the upgrade",
        path.display()
    )]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// The version its tables have.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },

    /// The tables could not be brought up to date; they are as they were.
    #[error("the tables of {} cannot be brought up to date", path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: Box<refinery::Error>,
    },

    /// SQLite refuses the file.
    #[error(
        "{} cannot be used as a database of SQLite; check that it is one and lies on a local disk",
        path.display()
    )]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },

    /// The operating system gives us no thread.
    #[error("no thread could be started for {}; check the limits of this process", path.display())]
    Thread {
        /// The database.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

/// Opens the database at `path` and brings its tables up to date; makes the file, and folders on
/// the way to it, if there are none, for the user of this process alone.
///
/// While the store is open nobody else can open the same file: `<path>.lock` is locked.
pub fn open(path: &Path, options: SqliteOptions) -> Result<Store, OpenError> {
    let path = &existing_file(path)?;
    let lock = Lock::take(path)?;
    let refused = |source| OpenError::Sqlite {
        path: path.clone(),
        source,
    };
    let files = files(path, options)?;
    let envelopes = existing_file(&envelope_file::beside(path))?;
    let reading: Vec<_> = (0..options.readers.max(1))
        .map(|_reader| connection::reading(path, &envelopes))
        .collect::<Result<_, _>>()
        .map_err(refused)?;
    let accepting = connection::accepting(&envelopes).map_err(refused)?;
    let opened = Opened {
        files,
        reading,
        accepting,
        lock,
    };
    start(path, options, opened)
}

/// What the threads of a store own.
struct Opened {
    files: Files,
    reading: Vec<Connection>,
    accepting: Connection,
    lock: Lock,
}

/// Opens both files for the thread that writes, and brings their tables up to date.
pub(crate) fn files(path: &Path, options: SqliteOptions) -> Result<Files, OpenError> {
    let refused = |source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let mut database = connection::writing(path).map_err(refused)?;
    schema::bring_up_to_date(&mut database, path)?;
    let place = existing_file(&envelope_file::beside(path))?;
    let mut envelopes = connection::accepting(&place).map_err(refused)?;
    schema::bring_envelopes_up_to_date(&mut envelopes, &place)?;
    envelope_file::move_envelopes(&database, &place).map_err(refused)?;
    envelope_file::follow_on(&database, &envelopes).map_err(refused)?;
    connection::attach(&database, &place).map_err(refused)?;
    let log = LogMover::beside(&mut database, path, connection::LOG).map_err(refused)?;
    let gatherer = Gatherer::new(&database, options.recent_messages).map_err(refused)?;
    Ok(Files {
        database,
        envelopes,
        path: path.to_owned(),
        log,
        gatherer,
    })
}

/// Starts the threads. If one cannot be started, the store is dropped and those that were end.
fn start(path: &Path, options: SqliteOptions, opened: Opened) -> Result<Store, OpenError> {
    let Opened {
        files,
        reading,
        accepting,
        lock,
    } = opened;
    let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|source| OpenError::Thread {
                path: path.to_owned(),
                source,
            })
    };
    let (store, queues) = Store::new(options.limits, options.limits, Writers::ThisProcessAlone);
    let Queues {
        writes,
        accepts,
        reads,
    } = queues;
    let mut others = reading
        .into_iter()
        .map(|connection| {
            let queue = reads.clone();
            spawn(
                "sqlite-reader",
                Box::new(move || reader::serve(&connection, &queue)),
            )
        })
        .collect::<Result<Vec<_>, _>>()?;
    others.push(spawn(
        "sqlite-accepts",
        Box::new(move || accepter::serve(&accepting, &accepts)),
    )?);
    let writer = Writer {
        files,
        others,
        lock,
    };
    let writer = spawn("sqlite-writer", Box::new(move || writer.serve(&writes)))?;
    store.served_by(writer);
    Ok(store)
}

/// The database's path without links, made if it is not there.
fn existing_file(path: &Path) -> Result<PathBuf, OpenError> {
    let refused = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::File { path, source }
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        private_folder(folder).map_err(refused(folder))?;
    }
    private_file(path).map_err(refused(path))?;
    path.canonicalize().map_err(refused(path))
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Opens a file, or makes it for the user of this process alone. SQLite gives the files that it
/// makes next to a database the same permissions.
pub(crate) fn private_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
